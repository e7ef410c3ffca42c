"""What all nouns have in common: frozen, typed, comparable, and safe to store as JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Scalar = str | int | float | bool | Decimal | date | datetime | None
Language = Literal["ko", "en"]


class Noun(BaseModel):
    """Be an immutable value; change it with `model_copy(update=...)`.

    Frozen pydantic models and not dataclasses: LangGraph's serializer gives tuples in
    frozen dataclasses back as lists, which are unequal and unhashable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(Noun):
    """Hold a name in Korean and in English; either may be missing."""

    ko: str = ""
    en: str = ""

    def text(self, language: Language, default: str = "") -> str:
        """Return the name in `language`, else in the other one, else `default`."""
        own, other = (self.ko, self.en) if language == "ko" else (self.en, self.ko)
        return own or other or default


class Message(Noun):
    """Hold something to be said to a person; `messages.say` renders it.

    `text` is the English msgid with named placeholders; `values` fills them. A value that
    is a `Label` is rendered in the reader's language.
    """

    text: str
    values: "dict[str, str | int | float | Decimal | date | Label]" = {}
