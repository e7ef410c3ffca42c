"""What askwell knows about one company's data: one immutable, versioned snapshot."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from askwell.domain.noun import Label, Noun, Scalar

Bound = int | float | date | datetime | None  # no text: JSON gives it back as it was
Grain = Literal["day", "week", "month", "quarter", "year"]
Unit = Literal["KRW", "USD", "count", "people", "ratio", "days", "hours", "minutes", "seconds", ""]


class ColumnRef(Noun):
    """Name one column of one table."""

    table: str
    column: str


class Value(Noun):
    """Be one value that a column holds: as stored, and as people call it."""

    stored: Scalar
    label: Label = Label()
    synonyms: tuple[str, ...] = ()


class ValueSet(Noun):
    """Hold known values of a column; `complete` means that there are no others.

    `declared`: the data team wrote them down; else they were seen in rows, which some asker
    may not be allowed to read.
    """

    values: tuple[Value, ...] = ()
    complete: bool = False
    declared: bool = False


class Column(Noun):
    """Describe one column. `type` is the warehouse's own type name in lower case.

    `unique`: every value occurs once. `inferred`: `references` is what the data suggests, not
    a key of the warehouse or of dbt. `least` and `greatest` bound a number, day or instant as
    of when it was learned.
    """

    name: str
    type: str
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    description: str = ""
    unit: Unit = ""
    time_zone: str = ""
    primary_key: bool = False
    references: ColumnRef | None = None
    inferred: bool = False
    unique: bool = False
    least: Bound = None
    greatest: Bound = None
    pii: bool = False
    sensitive: bool = False
    values: ValueSet | None = None


class FreshnessRule(Noun):
    """Say how old a table's newest row may be; from dbt's `freshness` block."""

    loaded_at: str
    warn_after: timedelta | None = None
    error_after: timedelta | None = None


class Table(Noun):
    """Describe one table of the warehouse."""

    name: str
    schema_name: str = ""
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    description: str = ""
    owner: str = ""
    columns: tuple[Column, ...] = ()
    row_count: int | None = None
    freshness: FreshnessRule | None = None

    def column(self, name: str) -> Column | None:
        """Return the column called `name`, or None."""
        return next((c for c in self.columns if c.name == name), None)

    @property
    def refs(self) -> tuple[ColumnRef, ...]:
        """Return all columns as references."""
        return tuple(map(self.ref, self.columns))

    def ref(self, column: Column) -> ColumnRef:
        """Return one of its columns as a reference."""
        return ColumnRef(table=self.name, column=column.name)


class Metric(Noun):
    """Describe a governed number that MetricFlow can compile.

    `additive`: its groups add up to its total, so a share or a running total makes sense
    (a sum or a count; not a ratio, an average or a distinct count).
    `zero_filled`: a group without rows counts 0, not nothing.
    `dimensions`: names of the dimensions that MetricFlow can group it by.
    `reads`: every warehouse column that its SQL touches, its time column included.
    """

    name: str
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    description: str = ""
    type: Literal["simple", "ratio", "derived", "cumulative", "conversion"] = "simple"
    unit: Unit = ""
    additive: bool = False
    zero_filled: bool = False
    grain: Grain = "day"
    dimensions: tuple[str, ...] = ()
    reads: tuple[ColumnRef, ...] = ()
    owner: str = ""


class Dimension(Noun):
    """Describe something to group or filter by; `name` is MetricFlow's, e.g. `user__region`."""

    name: str
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    description: str = ""
    type: Literal["categorical", "time"] = "categorical"
    column_type: str = "varchar"
    unit: Unit = ""
    reads: tuple[ColumnRef, ...] = ()
    values: ValueSet | None = None


class Condition(Noun):
    """Restrict a field: `=`/`in`-like operators are written `in`, their negation `not in`."""

    field: str
    operator: Literal["in", "not in", ">", ">=", "<", "<=", "between", "is null", "is not null"]
    values: tuple[Scalar, ...] = ()


class Meaning(Noun):
    """Say what a term stands for: exactly one of these is set, or none for a plain definition."""

    metric: str | None = None
    dimension: str | None = None
    conditions: tuple[Condition, ...] = ()
    verified: str | None = None


class Term(Noun):
    """Be one glossary entry: a word of the company with its synonyms and abbreviations."""

    name: str
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    definition: Label = Label()
    meaning: Meaning = Meaning()
    owner: str = ""


class Context(Noun):
    """Hold a piece of business context: a policy, an incident, a definition that changed.

    With `start` and `end` it belongs to a period: an answer that touches one of its metrics
    or tables within the period says so.
    """

    name: str
    title: Label = Label()
    text: Label = Label()
    metrics: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    reads: tuple[ColumnRef, ...] = ()
    start: date | None = None
    end: date | None = None
    owner: str = ""


class Parameter(Noun):
    """Be a typed parameter of a verified query; bound, never formatted in.

    A `period` named `p` binds two dates: `$p_start` and `$p_end`, both inclusive.
    An `enum` takes one of `values`; a `text` takes a known value of `dimension`.
    """

    name: str
    type: Literal["date", "period", "enum", "number", "text", "grain"]
    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    dimension: str | None = None
    values: tuple[Value, ...] = ()
    default: str | int | float | None = None


class ResultColumnSpec(Noun):
    """Say how a column of a verified query is shown."""

    name: str
    label: Label = Label()
    unit: Unit = ""
    role: Literal["time", "dimension", "metric"] = "metric"


class VerifiedQuery(Noun):
    """Be a trusted sample query with typed parameters.

    `phrases` name it (any of them must be in the question); `words` are further content
    words that it accounts for. SQL uses `$name` parameters in the warehouse's dialect.
    """

    name: str
    label: Label = Label()
    phrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    description: Label = Label()
    sql: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[ResultColumnSpec, ...] = ()
    reads: tuple[ColumnRef, ...] = ()
    owner: str = ""
    reviewed: date | None = None


class Company(Noun):
    """Name the company; its own name in a question carries no meaning."""

    label: Label = Label()
    synonyms: tuple[str, ...] = ()
    currency: Unit = ""


class Catalog(Noun):
    """Hold everything known about the data; pinned for a turn, swapped whole.

    Where labels live: dbt has one `label` per object. askwell reads it as Korean when it
    holds Hangul and as English otherwise; the other one is `meta.label_en` or
    `meta.label_ko`, and further names are `meta.synonyms`. Values are named under the
    column's `meta.values`: `{PAID: {ko: 결제 완료, en: paid}}`.

    `manifest` is the dbt semantic manifest as JSON, which MetricFlow compiles from.
    `version` is a hash of everything else.
    """

    version: str = ""
    company: Company = Company()
    dialect: str = "duckdb"
    time_zone: str = "Asia/Seoul"
    tables: tuple[Table, ...] = ()
    metrics: tuple[Metric, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    terms: tuple[Term, ...] = ()
    contexts: tuple[Context, ...] = ()
    verified: tuple[VerifiedQuery, ...] = ()
    manifest: str = ""

    @cached_property
    def table_named(self) -> Mapping[str, Table]:
        """Map a table's name to the table."""
        return {t.name: t for t in self.tables}

    @cached_property
    def metric_named(self) -> Mapping[str, Metric]:
        """Map a metric's name to the metric."""
        return {m.name: m for m in self.metrics}

    @cached_property
    def dimension_named(self) -> Mapping[str, Dimension]:
        """Map a dimension's name to the dimension."""
        return {d.name: d for d in self.dimensions}

    @cached_property
    def verified_named(self) -> Mapping[str, VerifiedQuery]:
        """Map a verified query's name to it."""
        return {v.name: v for v in self.verified}

    def column(self, ref: ColumnRef | None) -> Column | None:
        """Return the column that a reference means, or None."""
        table = self.table_named.get(ref.table) if ref else None
        return table.column(ref.column) if table and ref else None

    def tables_of(self, refs: Iterable[ColumnRef]) -> tuple[str, ...]:
        """Return the names of the tables that `refs` touch, sorted."""
        return tuple(sorted({r.table for r in refs}))
