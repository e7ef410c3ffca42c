"""Ask questions whose answers are known, and count how many are right."""
