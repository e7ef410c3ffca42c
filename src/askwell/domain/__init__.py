"""Every noun of askwell, frozen. Import them from their own module."""
