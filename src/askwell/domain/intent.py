"""What a question asks for, and the receipt of how it was read."""

from datetime import date
from typing import Literal

from askwell.domain.catalog import Condition, Grain
from askwell.domain.noun import Label, Language, Message, Noun, Scalar

Role = Literal[
    "metric",
    "dimension",
    "filter",
    "period",
    "grain",
    "comparison",
    "share",
    "cumulative",
    "order",
    "limit",
    "chart",
    "model",
    "not_understood",
]
ChartWish = Literal["line", "bar", "pie", "table", "any"]


class Period(Noun):
    """Hold the first and the last day, both inclusive, in the company's time zone."""

    start: date
    end: date


class Comparison(Noun):
    """Compare with an earlier time.

    `previous`: the period (or grain step) just before; `year`: the same one a year earlier;
    `period`: the period in `against`.
    """

    to: Literal["previous", "year", "period"]
    against: Period | None = None


class Order(Noun):
    """Sort by a metric, a dimension, or `time` (the grain column)."""

    by: str
    descending: bool = False


class Argument(Noun):
    """Give one parameter of a verified query its value."""

    name: str
    value: Scalar | Period = None


class Intent(Noun):
    """Hold the typed constraints of a question; the checker looks for each in the SQL.

    Filters are a conjunction. `business_days` keeps only the company's working days.
    With `verified` set, the metric fields are empty and `arguments` holds the parameters.
    """

    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    filters: tuple[Condition, ...] = ()
    having: tuple[Condition, ...] = ()
    period: Period | None = None
    grain: Grain | None = None
    business_days: bool = False
    comparison: Comparison | None = None
    share: bool = False
    cumulative: bool = False
    order: Order | None = None
    limit: int | None = None
    chart: ChartWish | None = None
    verified: str | None = None
    arguments: tuple[Argument, ...] = ()


class ReceiptLine(Noun):
    """Map one phrase of the question (`start`..`end`, its own characters) to its meaning."""

    phrase: str
    role: Role
    meaning: Message
    start: int = 0
    end: int = 0


class Choice(Noun):
    """Be one way to go on: `question` is what asking it in full would be."""

    label: Label
    question: str


class OpenWord(Noun):
    """Be a content word that nothing accounts for, with the nearest readable meanings."""

    phrase: str
    nearest: tuple[Choice, ...] = ()


class Ambiguity(Noun):
    """Be a phrase with several meanings that would give different answers."""

    phrase: str
    choices: tuple[Choice, ...]


Request = Literal[
    "data",
    "sql",
    "csv",
    "restart",
    "chart",
    "definition",
    "chat",
    "help",
    "pii",
    "write",
    "forecast",
    "cause",
]


class Reading(Noun):
    """Hold how a question was read; made by `grounding.read`, the same with or without a model.

    `request`: what is wanted: data; the last answer's SQL or file; to start over; the last
    answer with another chart; a term's definition; small talk; help; or what is always
    declined: people's personal data, changing data, a forecast, a cause.
    `missing`: what else keeps it from an answer; `declines`: asking back would not help.
    `inherited`: the intent took something over from the previous turn.
    `adds`: the question adds to the one before (같이, also), so it cannot stand alone.
    `standalone`: the question as it would be asked without the thread.
    """

    question: str
    language: Language
    request: Request = "data"
    intent: Intent | None = None
    receipt: tuple[ReceiptLine, ...] = ()
    open_words: tuple[OpenWord, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    missing: Message | None = None
    declines: bool = False
    choices: tuple[Choice, ...] = ()
    assumptions: tuple[Message, ...] = ()
    definition: str | None = None
    inherited: bool = False
    adds: bool = False
    standalone: str = ""
