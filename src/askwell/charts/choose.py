"""Choose a chart by the shape of a result."""

from collections.abc import Callable
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
    result: Result, intent: Intent, title: str, language: Language, cell: Cell
) -> Chart | None:
    """Return the chart that shows a result best, or None for a single number or a wish for none.

    Time is a line, groups are bars, shares of a few groups a pie; the asker's wish goes
    first where the data can be drawn so. `cell` names the groups and buckets of a row.
    """
    if intent.chart == "table" or len(result.rows) < 2:
        return None
    times, groups = _at(result, "time"), _at(result, "dimension")
    values = _drawn(result, intent)
    if not values or (not times and not groups):
        return None
    if times and groups:
        return _by_group(result, intent, title, language, cell)
    if len(times) + len(groups) > 2:
        return None
    keys = times or groups
    rows = result.rows if times else result.rows[:_MOST_BARS]
    names = tuple(" · ".join(cell(row, k) for k in keys) for row in rows)
    series = tuple(_series(result, rows, v, language) for v in values)
    kind = _kind(intent, "line" if times else "bar", series)
    return Chart(
        kind=kind,
        title=title,
        categories=names,
        series=series[:1] if kind == "pie" else series,
        horizontal=kind == "bar" and not times and _lie_down(names),
        language=language,
    )


def _at(result: Result, *roles: ColumnRole) -> list[int]:
    return [i for i, c in enumerate(result.columns) if c.role in roles]


def _drawn(result: Result, intent: Intent) -> list[int]:
    """Return the columns to draw: of one unit, since two units never share an axis."""
    role: ColumnRole = "share" if intent.share else "cumulative" if intent.cumulative else "metric"
    found = _at(result, role) or _at(result, "metric")
    if role == "metric" and len(found) == 1:
        found += _at(result, "previous")
    same = [i for i in found if found and result.columns[i].unit == result.columns[found[0]].unit]
    return same[:_MOST_SERIES]


def _kind(intent: Intent, usual: ChartKind, series: tuple[Series, ...]) -> ChartKind:
    wish = intent.chart
    values = [v for v in series[0].values]
    can_be_pie = len(values) <= _MOST_SLICES and all(v is not None and v >= 0 for v in values)
    if (wish == "pie" or (wish is None and intent.share and usual == "bar")) and can_be_pie:
        return "pie"
    return wish if wish in ("line", "bar") else usual  # type: ignore[return-value]  # narrowed


def _lie_down(names: tuple[str, ...]) -> bool:
    return len(names) > 6 or any(len(n) > _LONG_NAME for n in names)


def _series(
    result: Result, rows: tuple[Row, ...], column: int, language: Language
) -> Series:
    spec = result.columns[column]
    return Series(
        name=spec.label.text(language, spec.name),
        values=tuple(_number(row[column]) for row in rows),
        unit=spec.unit,
    )


def _number(value: Scalar) -> float | None:
    ok = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return float(value) if ok else None  # type: ignore[arg-type]  # narrowed by ok


def _by_group(
    result: Result, intent: Intent, title: str, language: Language, cell: Cell
) -> Chart | None:
    """Draw one line a group over time: the six largest groups."""
    time, groups = _at(result, "time")[0], _at(result, "dimension")
    value = _drawn(result, intent)[0]
    buckets = {row[time]: cell(row, time) for row in result.rows}
    order = sorted(buckets, key=str)
    lines: dict[str, dict[Scalar, float | None]] = {}
    for row in result.rows:
        name = " · ".join(cell(row, g) for g in groups)
        lines.setdefault(name, {})[row[time]] = _number(row[value])
    largest = sorted(lines, key=lambda n: -sum(v or 0 for v in lines[n].values()))[:_MOST_SERIES]
    unit = result.columns[value].unit
    series = tuple(
        Series(name=n, values=tuple(lines[n].get(b) for b in order), unit=unit) for n in largest
    )
    return Chart(
        kind="bar" if intent.chart == "bar" else "line",
        title=title,
        categories=tuple(buckets[b] for b in order),
        series=series,
        language=language,
    )
