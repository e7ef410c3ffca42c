"""Choose a chart by the shape of a result."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from askwell.domain.answer import Chart, ChartKind, Series
from askwell.domain.intent import Intent
from askwell.domain.noun import Language, Scalar
from askwell.domain.result import ColumnRole, Result

Row = tuple[Scalar, ...]
Cell = Callable[[Row, int], str]

_MOST_SERIES = 6
_MOST_BARS = 20
_MOST_SLICES = 6
_LONG_NAME = 8


def choose(
    result: Result,
    intent: Intent,
    title: str,
    language: Language,
    cell: Cell,
    *,
    partial: bool = False,
) -> Chart | None:
    """Return the chart that shows a result best, or None for a single number or a wish for none.

    Time is a line, groups are bars, shares of a few groups a pie; the asker's wish goes
    first where the data can be drawn so. `cell` names the groups and buckets of a row;
    `partial`: the period cuts the newest bucket off.
    """
    times, groups = _at(result, "time"), _at(result, "dimension")
    values = _drawn(result, intent)
    if intent.chart == "table" or len(result.rows) < 2 or not values or not (times or groups):
        return None
    chart = Chart(kind="line", title=title, categories=(), series=(), language=language)
    if len(times) > 1 or len(groups) > 2:
        return None
    if times:
        body = _over_time(result, intent, times[0], groups, values, language, cell)
        body["partial"] = partial
    else:
        body = _by_group(result, intent, groups, values, language, cell)
    return chart.model_copy(update=body)


def _at(result: Result, *roles: ColumnRole) -> list[int]:
    return [i for i, c in enumerate(result.columns) if c.role in roles]


def _drawn(result: Result, intent: Intent) -> list[int]:
    """Return the columns to draw: of one unit, since two units never share an axis."""
    role: ColumnRole = "share" if intent.share else "cumulative" if intent.cumulative else "metric"
    found = _at(result, role) or _at(result, "metric")
    if role == "metric" and len(found) == 1:
        found += _at(result, "previous")
    same = [i for i in found if result.columns[i].unit == result.columns[found[0]].unit]
    return same[:_MOST_SERIES]


def _over_time(
    result: Result,
    intent: Intent,
    time: int,
    groups: Sequence[int],
    values: Sequence[int],
    language: Language,
    cell: Cell,
) -> dict[str, object]:
    """Draw oldest first: a line a column, or a line for each of the six largest groups."""
    rows = sorted(result.rows, key=lambda row: str(row[time]))
    names = {row[time]: cell(row, time) for row in rows}
    if groups:
        series = _lines(result, rows, list(names), time, groups, values[0], cell)
    else:
        series = tuple(_series(result, rows, v, language) for v in values)
    kind: ChartKind = "bar" if intent.chart == "bar" else "line"
    return {"kind": kind, "categories": tuple(names.values()), "series": series}


def _lines(
    result: Result,
    rows: Sequence[Row],
    buckets: Sequence[Scalar],
    time: int,
    groups: Sequence[int],
    value: int,
    cell: Cell,
) -> tuple[Series, ...]:
    lines: dict[str, dict[Scalar, float | None]] = {}
    for row in rows:
        name = " · ".join(cell(row, g) for g in groups)
        lines.setdefault(name, {})[row[time]] = _number(row[value])
    largest = sorted(lines, key=lambda n: -sum(v or 0 for v in lines[n].values()))[:_MOST_SERIES]
    unit = result.columns[value].unit
    return tuple(
        Series(name=n, values=tuple(lines[n].get(b) for b in buckets), unit=unit) for n in largest
    )


def _by_group(
    result: Result,
    intent: Intent,
    groups: Sequence[int],
    values: Sequence[int],
    language: Language,
    cell: Cell,
) -> dict[str, object]:
    """Draw bars in the order of the table, or a pie where the groups are a whole."""
    rows = result.rows[:_MOST_BARS]
    names = tuple(" · ".join(cell(row, g) for g in groups) for row in rows)
    series = tuple(_series(result, rows, v, language) for v in values)
    wish = intent.chart
    wants_pie = wish == "pie" or (intent.share and wish in (None, "any"))
    if wants_pie and len(result.rows) <= _MOST_SLICES and _is_whole(series[0], intent):
        return {"kind": "pie", "categories": names, "series": series[:1]}
    if wish == "line":
        return {"kind": "line", "categories": names, "series": series}
    lying = len(names) > 6 or any(len(n) > _LONG_NAME for n in names)
    return {"kind": "bar", "categories": names, "series": series, "horizontal": lying}


def _is_whole(series: Series, intent: Intent) -> bool:
    """Tell whether the groups make up a whole: all of them, none negative, no mere rates."""
    values = [v for v in series.values if v is not None and v >= 0]
    total = sum(values)
    if len(values) < len(series.values) or intent.limit or intent.having or total <= 0:
        return False
    return series.unit != "ratio" or (intent.share and abs(total - 1) < 0.001)


def _series(result: Result, rows: Sequence[Row], column: int, language: Language) -> Series:
    spec = result.columns[column]
    values = tuple(_number(row[column]) for row in rows)
    return Series(name=spec.label.text(language, spec.name), values=values, unit=spec.unit)


def _number(value: Scalar) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return float(value) if Decimal(str(value)).is_finite() else None
