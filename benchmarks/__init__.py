"""Measure askwell against itself: ratios and counts within one run."""
