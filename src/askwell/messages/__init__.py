"""What people read, in Korean and English: gettext texts, Babel numbers and dates."""

from askwell.messages.formats import (
    about,
    bucket,
    day,
    first_day,
    last_day,
    number,
    period,
    points,
    span,
)
from askwell.messages.say import say, text

__all__ = [
    "about",
    "bucket",
    "day",
    "first_day",
    "last_day",
    "number",
    "period",
    "points",
    "say",
    "span",
    "text",
]
