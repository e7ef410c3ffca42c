"""What is kept of an answer after it was given: for its buttons, for votes, for the next try."""

from datetime import datetime
from typing import Literal

from askwell.domain.answer import Answer
from askwell.domain.intent import Choice
from askwell.domain.noun import Language, Noun
from askwell.domain.result import Draft
from askwell.domain.rights import TableRights

Audience = Literal["everyone", "asker"]
Ballot = Literal["up", "down"]


class KeptAnswer(Noun):
    """Hold an answer with who asked it; `id` is its turn's.

    `standalone`: the question as it would be asked without its thread. `draft`: what ran, so
    that an export can run it again with the rights of whoever asks for it. `reads`: which
    columns it shows or names, and under which row rules; none of them where it says nothing
    about the data, None where that is not known. `choices`: what is behind `answer.choices`,
    in the same order. `audience`: whether an owner has shared it with all of its place.
    """

    id: str
    asker: str
    question: str
    asked: datetime
    answer: Answer
    standalone: str = ""
    draft: Draft | None = None
    reads: tuple[TableRights, ...] | None = None
    choices: tuple[Choice, ...] = ()
    catalog_version: str = ""
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
