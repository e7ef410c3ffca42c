"""What a surface shows: everything that any of them needs, already in the asker's language."""

from datetime import date
from typing import Literal

from askwell.domain.catalog import Grain
from askwell.domain.intent import Role
from askwell.domain.model import ModelCall
from askwell.domain.noun import Language, Noun, Scalar
from askwell.domain.result import Attempt, ColumnRole, Way
from askwell.domain.turn import Kind

ChartKind = Literal["line", "bar", "pie"]


class TableColumn(Noun):
    """Describe a column of the shown table.

    `labels` names stored values as people call them; `grain` is a time column's. `role` tells
    a number that measures from one that names, such as a year or an id.
    """

    name: str
    label: str
    type: str
    unit: str = ""
    labels: dict[str, str] = {}
    grain: Grain | None = None
    role: ColumnRole = "metric"


class AnswerTable(Noun):
    """Hold the shown rows; `row_count` is how many there are in the stored result."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    row_count: int
    truncated: bool = False


class Series(Noun):
    """Be one line, or one group of bars, of a chart."""

    name: str
    values: tuple[float | None, ...]
    unit: str = ""


class Chart(Noun):
    """Describe a chart by its data; `charts.draw` makes the PNG when a surface asks.

    `horizontal`: bars lie, for many or long category names. `partial`: the last point
    belongs to an unfinished period.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    x_label: str = ""
    horizontal: bool = False
    partial: bool = False
    language: Language = "ko"
    path: str | None = None


class ReceiptEntry(Noun):
    """Say how one phrase of the question was read."""

    phrase: str
    role: Role
    meaning: str


class ShownFilter(Noun):
    """Be one filter of the intent, as in the JSON contract."""

    field: str
    operator: str
    values: tuple[Scalar, ...] = ()


class ShownPeriod(Noun):
    """Hold the first and last day, inclusive."""

    start: date
    end: date


class ShownIntent(Noun):
    """Be the intent as in the JSON contract; `order` and `comparison` are short texts."""

    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    filters: tuple[ShownFilter, ...] = ()
    period: ShownPeriod | None = None
    grain: str | None = None
    comparison: str | None = None
    share: bool = False
    cumulative: bool = False
    order: str | None = None
    limit: int | None = None


class ShownFreshness(Noun):
    """Say how new one table's data is."""

    table: str
    loaded_at: str | None
    stale: bool
    message: str = ""


class ShownFinding(Noun):
    """Say what a check found."""

    rule: str
    message: str


class Usage(Noun):
    """Count what the answer cost."""

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    repairs: int = 0


class Answer(Noun):
    """Be the whole answer; `model_dump_json(exclude=...)` of it is the CLI's JSON contract.

    `subject`: what was measured, of which rows and days, for titles. `path`: how SQL that a
    model wrote came to be; `calls`: every call to a model. `files_of`: the turn whose rows the
    asker wants as a file.
    """

    thread: str
    turn: str
    kind: Kind
    way: Way | None = None
    language: Language
    headline: str
    subject: str = ""
    observations: tuple[str, ...] = ()
    table: AnswerTable | None = None
    sql: str | None = None
    dialect: str | None = None
    chart: Chart | None = None
    intent: ShownIntent | None = None
    receipt: tuple[ReceiptEntry, ...] = ()
    assumptions: tuple[str, ...] = ()
    findings: tuple[ShownFinding, ...] = ()
    tables: tuple[str, ...] = ()
    freshness: tuple[ShownFreshness, ...] = ()
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    usage: Usage = Usage()
    calls: tuple[ModelCall, ...] = ()
    path: tuple[Attempt, ...] = ()
    timings_ms: dict[str, float] = {}
    result_id: str | None = None
    files_of: str = ""
    owner: str = ""
    reference: str = ""
