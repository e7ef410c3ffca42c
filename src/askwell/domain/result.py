"""A query on its way to the warehouse, and what came back."""

from datetime import datetime
from typing import Literal

from askwell.domain.catalog import ColumnRef, Unit
from askwell.domain.noun import Label, Message, Noun, Scalar

Way = Literal["governed", "verified", "generated"]
ColumnRole = Literal["time", "dimension", "metric", "previous", "change", "share", "cumulative"]


class ResultColumn(Noun):
    """Describe a column of a result: what it is called, measured in, and there for.

    `metric`: which metric a `previous`, `change`, `share` or `cumulative` column belongs to.
    """

    name: str
    label: Label = Label()
    type: str = "varchar"
    unit: Unit = ""
    role: ColumnRole = "metric"
    metric: str | None = None


class Draft(Noun):
    """Be SQL that has not run yet; `parameters` are bound by the driver, never formatted in."""

    sql: str
    dialect: str
    way: Way
    parameters: dict[str, Scalar] = {}
    columns: tuple[ResultColumn, ...] = ()
    reads: tuple[ColumnRef, ...] = ()


class Finding(Noun):
    """Be one thing that is wrong with a draft or odd about a result.

    `phrase`: the words of the question that it is about, if any.
    """

    rule: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    phrase: str = ""


class Attempt(Noun):
    """Be one step on the way to the SQL that ran: the path is kept for the receipt.

    `mended`: on the tree, without a model; `notes` say what was changed. `findings` are what
    the step answered to. `copied`: the search engine was away, so that a copy of its last index
    told what to write from.
    """

    kind: Literal["written", "mended", "rewritten"]
    sql: str
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    copied: bool = False


class Result(Noun):
    """Hold rows that came back. `row_count` counts these rows; `truncated`: there were more."""

    id: str
    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    row_count: int
    truncated: bool = False
    sql: str = ""
    elapsed_ms: float = 0.0
    created: datetime


class Freshness(Noun):
    """Say how new a table's data is; `stale` when older than its rule allows."""

    table: str
    loaded_at: datetime | None
    stale: bool = False
    message: Message | None = None
