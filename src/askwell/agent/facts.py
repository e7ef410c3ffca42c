"""What a result says, ready for sentences: names of its rows, its main numbers, their units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from askwell.domain.catalog import Catalog, Dimension
from askwell.domain.intent import Intent, Period
from askwell.domain.noun import Language, Scalar
from askwell.domain.result import ColumnRole, Result, ResultColumn
from askwell.messages import about, bucket, last_day, number, points, span, text

Row = tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Read one result in one language; `title` says what SQL of a model measures."""

    result: Result
    intent: Intent
    catalog: Catalog
    language: Language
    title: str = ""

    def at(self, *roles: ColumnRole) -> list[int]:
        """Return the positions of the columns with one of `roles`."""
        return [i for i, c in enumerate(self.result.columns) if c.role in roles]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows."""
        return self.result.rows

    @property
    def main(self) -> int | None:
        """Return the position of the main number: the first metric.

        A verified query is mostly about a rate, with the counts that it comes from beside it.
        """
        found = self.at("metric")
        rates = [i for i in found if self.result.columns[i].unit == "ratio"]
        return next(iter(rates if self.intent.verified and rates else found), None)

    @property
    def by_time(self) -> bool:
        """Tell whether the rows are time buckets."""
        return bool(self.at("time"))

    @property
    def grouped(self) -> bool:
        """Tell whether the rows are groups of a dimension."""
        return bool(self.at("dimension"))

    @property
    def asks_lowest(self) -> bool:
        """Tell whether the smallest groups are wanted."""
        order = self.intent.order
        wanted = order is not None and self.intent.limit is not None and not order.descending
        return wanted and self.grouped and not self.by_time

    def additive(self, column: int) -> bool:
        """Tell whether the values of a column add up to a total that means something."""
        name = self.result.columns[column].name
        metric = self.catalog.metric_named.get(name)
        return bool(metric and metric.additive and self.intent.verified is None)

    def is_ratio(self, column: int) -> bool:
        """Tell whether a column holds rates: they change by percentage points."""
        return self.result.columns[column].unit == "ratio"

    def moved(self, now: Decimal, before: Decimal, column: int) -> Decimal | None:
        """Return how a number changed: a rate by points, anything else in relation."""
        return now - before if self.is_ratio(column) else change(now, before)

    def move_shown(self, moved: Decimal, column: int) -> str:
        """Return the size of a change, in points or per cent."""
        if self.is_ratio(column):
            return points(abs(moved), self.language)
        return number(abs(moved), "ratio", self.language)

    def label(self, column: int) -> str:
        """Return what a column is called."""
        spec = self.result.columns[column]
        return spec.label.text(self.language, spec.name)

    def value(self, row: Row, column: int) -> Decimal | None:
        """Return a cell as a number, or None."""
        return as_number(row[column])

    def shown(self, value: Decimal | int | float, column: int) -> str:
        """Return a number in the unit of a column."""
        return number(value, self.result.columns[column].unit, self.language)

    def cell_shown(self, row: Row, column: int) -> str:
        """Return a number cell in its unit; a dash where there is none."""
        value = self.value(row, column)
        return "–" if value is None else self.shown(value, column)

    @property
    def period(self) -> Period | None:
        """Return the period that the rows are about."""
        given = (a.value for a in self.intent.arguments if isinstance(a.value, Period))
        return self.intent.period or next(given, None)

    @property
    def when(self) -> str:
        """Return the period in words; empty for a verified query without one."""
        if self.period:
            return span(self.period.start, self.period.end, self.language)
        return "" if self.intent.verified else text("all time", self.language)

    def is_partial(self, row: Row) -> bool:
        """Tell whether a row's bucket goes on after the last day that was asked for."""
        asked, grain = self.intent.period, self.intent.grain
        for i in self.at("time"):
            start = row[i]
            if asked and grain and isinstance(start, date):
                return last_day(_day(start), grain) > asked.end
        return False

    def in_time(self, column: int) -> list[tuple[Row, Decimal]]:
        """Return the rows with a number in `column`, oldest first."""
        time = self.at("time")[0]
        return sorted(self.numbers(column), key=lambda pair: str(pair[0][time]))

    def told(self, value: Decimal, column: int) -> str:
        """Return a number in its unit, with long money also as people say it."""
        rough = about(value, self.result.columns[column].unit, self.language)
        space = " " if self.language == "en" else ""
        return self.shown(value, column) + (f"{space}({rough})" if rough else "")

    def name(self, row: Row) -> str:
        """Return what a row is about: its groups, its bucket."""
        return " · ".join(self.cell(row, i) for i in self.at("dimension", "time"))

    def cell(self, row: Row, column: int) -> str:
        """Return a cell of a time or dimension column as people say it."""
        value, spec = row[column], self.result.columns[column]
        if spec.role == "time" and isinstance(value, date):
            return bucket(_day(value), self.intent.grain or "day", self.language)
        if value is None:
            return text("no value", self.language)
        return self.labels(spec).get(str(value), str(value))

    def labels(self, spec: ResultColumn) -> dict[str, str]:
        """Return the names of a dimension's stored values in this language."""
        known = self._dimension(spec)
        values = known.values.values if known and known.values else ()
        return {str(v.stored): v.label.text(self.language, str(v.stored)) for v in values}

    def _dimension(self, spec: ResultColumn) -> Dimension | None:
        """Return the dimension of a column, which may carry only the last part of its name."""
        if spec.role != "dimension":
            return None
        names = [d for d in self.intent.dimensions if d.endswith(spec.name)]
        return self.catalog.dimension_named.get(names[0]) if names else None

    def numbers(self, column: int) -> list[tuple[Row, Decimal]]:
        """Return the rows that have a number in `column`, each with it."""
        pairs = ((row, self.value(row, column)) for row in self.rows)
        return [(row, value) for row, value in pairs if value is not None]

    def is_tied(self, value: Decimal, column: int) -> bool:
        """Tell whether more than one row has `value`."""
        return sum(other == value for _, other in self.numbers(column)) > 1

    def total(self, column: int) -> Decimal:
        """Return the sum of a column."""
        return sum((value for _, value in self.numbers(column)), Decimal(0))


def as_number(value: Scalar) -> Decimal | None:
    """Return a number as a Decimal; None for anything else, NaN included."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    exact = Decimal(str(value))
    return exact if exact.is_finite() else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def change(now: Decimal, before: Decimal) -> Decimal | None:
    """Return the relative change, or None where there is nothing to relate it to."""
    return (now - before) / abs(before) if before else None


def extremes(
    pairs: Sequence[tuple[Row, Decimal]],
) -> tuple[tuple[Row, Decimal], tuple[Row, Decimal]]:
    """Return the smallest and the largest of `pairs`."""
    return min(pairs, key=lambda p: p[1]), max(pairs, key=lambda p: p[1])
