"""Block Kit as Slack checks it: what one would be told no for, one is told no for here."""

from askwell.playground.validation.chunks import check_chunks
from askwell.playground.validation.messages import check_message, check_metadata
from askwell.playground.validation.views import check_view

__all__ = ["check_chunks", "check_message", "check_metadata", "check_view"]
