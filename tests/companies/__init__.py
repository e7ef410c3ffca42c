"""Small companies that askwell has never heard of; tests ask their questions."""
