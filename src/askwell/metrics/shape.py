"""The shape of a metric table, and the chain of named SELECTs that makes it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlglot import exp

from askwell.domain.catalog import Condition, Grain
from askwell.domain.intent import Period

TIME = "metric_time"


@dataclass(frozen=True, slots=True)
class Scope:
    """Say over what metrics are measured: the part of an intent that MetricFlow answers."""

    grain: Grain | None = None
    dimensions: tuple[str, ...] = ()
    filters: tuple[Condition, ...] = ()
    period: Period | None = None
    business_days: bool = False

    def during(self, period: Period) -> "Scope":
        """Return the same scope over another period."""
        return replace(self, period=period)


@dataclass(frozen=True, slots=True)
class Shape:
    """Name the columns of a metric table: an optional time, dimensions, metrics.

    `dimensions` are column names; `zero_filled` are the metrics where no rows means 0.
    """

    timed: bool
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    zero_filled: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the columns that tell the rows apart."""
        return (TIME, *self.dimensions) if self.timed else self.dimensions

    def value(self, metric: str, column: exp.Expr) -> exp.Expr:
        """Return `column` under the metric's name, 0 for NULL where no rows means 0."""
        if metric in self.zero_filled and not isinstance(column, exp.Coalesce):
            column = exp.func("COALESCE", column, exp.Literal.number(0))
        return named(column, metric)


@dataclass(frozen=True, slots=True)
class Steps:
    """Chain named SELECTs, each of which may read those before it."""

    named: tuple[tuple[str, exp.Query], ...] = ()

    def then(self, name: str, select: exp.Query) -> "Steps":
        """Return the chain with one more SELECT."""
        return Steps((*self.named, (name, select)))

    @property
    def last(self) -> str:
        """Return the name of the last SELECT."""
        return self.named[-1][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the column names of the last SELECT."""
        return tuple(self.named[-1][1].named_selects)

    def statement(self) -> exp.Query:
        """Return the last SELECT, with the others before it as common table expressions."""
        *others, (_, final) = self.named
        tables = final.args.get("with_")
        hoisted = exp.With(
            expressions=[
                exp.CTE(this=select, alias=exp.TableAlias(this=exp.to_identifier(name)))
                for name, select in others
            ]
            + (tables.expressions if tables else [])
        )
        if hoisted.expressions:
            final.set("with_", hoisted)
        return final


def named(value: exp.Expr, name: str) -> exp.Expr:
    """Return `value` as a column called `name`."""
    if isinstance(value, exp.Column) and value.name == name:
        return value
    return exp.alias_(value, name)


def short_names(dimensions: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Map MetricFlow's dimension names to column names: the last part, where it is unique."""
    names = tuple(dimensions)
    used = Counter([n.rsplit("__", 1)[-1] for n in names])
    used.update((*taken, TIME))
    return {n: short if used[short := n.rsplit("__", 1)[-1]] == 1 else n for n in names}
