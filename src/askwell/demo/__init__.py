"""The demo company Moapay."""
