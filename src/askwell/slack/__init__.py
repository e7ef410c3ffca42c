"""askwell in Slack."""
