"""An answer's chart as a native `data_visualization`, or what a picture of it shows in words."""

import math
from collections.abc import Sequence
from typing import Any

from askwell.domain.answer import AnswerTable, Chart, Series
from askwell.domain.noun import Language
from askwell.messages import number, text
from askwell.slack.blocks.cells import as_json_number
from askwell.slack.blocks.safe_text import line

# docs.slack.dev, data visualization block.
_MOST_TITLE = 50
_MOST_LABEL = 20
_MOST_POINTS = 20
_MOST_SERIES = 6
_MOST_AXIS = 50
_MOST_ALT = 900
_MOST_TOLD = 3
_KIND = {"line": "Line chart", "bar": "Bar chart", "pie": "Pie chart"}
_AXIS = {
    "KRW": "won",
    "USD": "US dollars",
    "people": "people",
    "count": "count",
    "days": "days",
    "hours": "hours",
    "minutes": "minutes",
    "seconds": "seconds",
}


def native(chart: Chart, title: str) -> dict[str, Any] | None:
    """Return the chart as a block, or None where it does not fit Slack's limits."""
    names = _labels(chart.categories)
    series = [_points(s) for s in chart.series]
    fits = 1 <= len(names) <= _MOST_POINTS and 1 <= len(series) <= _MOST_SERIES
    if not fits or any(p is None or len(p) != len(names) for p in series):
        return None
    values = [p for p in series if p is not None]
    drawn = _pie(names, values[0]) if chart.kind == "pie" else _plot(chart, names, values)
    block = {"type": "data_visualization", "title": line(title, _MOST_TITLE), "chart": drawn}
    return block if drawn else None


def _labels(names: Sequence[str]) -> list[str]:
    """Return names short enough for a label; none where two would be the same."""
    short = [line(name, _MOST_LABEL) for name in names]
    return short if len(set(short)) == len(short) else []


def _points(series: Series) -> list[int | float] | None:
    """Return a series' values, rates in per cent; None where one is missing."""
    found: list[int | float] = []
    for value in series.values:
        if value is None or not math.isfinite(value):
            return None
        exact = as_json_number(round(value * 100, 2) if series.unit == "ratio" else value)
        if exact is None:
            return None
        found.append(exact)
    return found


def _pie(names: list[str], values: list[int | float]) -> dict[str, Any] | None:
    if len(names) > _MOST_SERIES or min(values) <= 0:
        return None
    pairs = zip(names, values, strict=True)
    return {"type": "pie", "segments": [{"label": n, "value": v} for n, v in pairs]}


def _plot(chart: Chart, names: list[str], values: list[list[int | float]]) -> dict[str, Any] | None:
    titles = _labels([s.name for s in chart.series])
    if not titles:
        return None
    labels = {"x_label": chart.x_label, "y_label": _axis(chart.series[0].unit, chart.language)}
    shown = {key: line(label, _MOST_AXIS) for key, label in labels.items() if label.strip()}
    return {
        "type": chart.kind,
        "series": [
            {"name": title, "data": _data(names, points)}
            for title, points in zip(titles, values, strict=True)
        ],
        "axis_config": {"categories": names, **shown},
    }


def _data(names: list[str], points: list[int | float]) -> list[dict[str, Any]]:
    return [{"label": n, "value": v} for n, v in zip(names, points, strict=True)]


def _axis(unit: str, language: Language) -> str:
    if unit == "ratio":
        return "%"
    return text(_AXIS[unit], language) if unit in _AXIS else ""


def title_of(chart: Chart, table: AnswerTable | None, subject: str) -> str:
    """Return the chart's title; where not all groups are drawn, it says so."""
    columns = table.columns if table else ()
    named = [i for i, c in enumerate(columns) if c.role == "dimension"]
    groups = {tuple(row[i] for i in named) for row in table.rows} if table and named else set()
    over_time = any(c.role == "time" for c in columns)
    drawn = len(chart.series if over_time else chart.categories)
    if len(groups) <= drawn:
        return subject
    values = {"subject": subject, "n": drawn, "all": len(groups)}
    return text("{subject} ({n} of {all})", chart.language, **values)


def alt_text(chart: Chart, title: str) -> str:
    """Return what a picture of the chart shows: its kind, title, span, lowest and highest."""
    told = [text(_KIND[chart.kind], chart.language) + f": {title}."]
    told += [_extremes(s, chart) for s in chart.series[:_MOST_TOLD]]
    return line(" ".join(t for t in told if t), _MOST_ALT)


def _extremes(series: Series, chart: Chart) -> str:
    pairs = zip(series.values, chart.categories, strict=False)
    known = [(v, name) for v, name in pairs if v is not None and math.isfinite(v)]
    if not known:
        return ""
    (low, lowest), (high, highest) = min(known), max(known)
    return text(
        "{name}: lowest {low} ({lowest}), highest {high} ({highest}).",
        chart.language,
        name=series.name,
        low=number(low, series.unit, chart.language),
        lowest=lowest,
        high=number(high, series.unit, chart.language),
        highest=highest,
    )
