"""Real servers for the tests, from published packages, on loopback, in a folder of their own."""
