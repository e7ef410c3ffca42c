"""What people read, in Korean and English: gettext texts, Babel numbers and dates."""

from askwell.messages.formats import bucket, day, number, period
from askwell.messages.say import say, text

__all__ = ["bucket", "day", "number", "period", "say", "text"]
