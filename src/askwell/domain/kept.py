"""What is kept of an answer after it was given: for its buttons, for votes, for the next try."""

from datetime import datetime
from typing import Literal

from askwell.domain.answer import Answer
from askwell.domain.noun import Language, Noun
from askwell.domain.result import Draft

Audience = Literal["everyone", "asker"]
Ballot = Literal["up", "down"]


class KeptAnswer(Noun):
    """Hold an answer with who asked it; `id` is its turn's.

    `draft`: what ran, so that an export can run it again with the rights of whoever asks for
    it. `audience`: whether it may be shown to all of the place where it was asked.
    """

    id: str
    asker: str
    question: str
    asked: datetime
    answer: Answer
    draft: Draft | None = None
    audience: Audience = "asker"


class Vote(Noun):
    """Be one person's vote on one answer; the last one counts."""

    answer: str
    person: str
    ballot: Ballot
    reason: str = ""
    at: datetime


class Preference(Noun):
    """Hold what a person has set: their language, and whether answers always go to them alone."""

    person: str
    language: Language | None = None
    private: bool = False
