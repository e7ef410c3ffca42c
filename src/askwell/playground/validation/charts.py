"""The native chart block."""

from typing import Any

from askwell.playground.validation.checks import (
    Place,
    Problems,
    by_type,
    distinct,
    items,
    number,
    shape,
    string,
    typed,
)

LABEL = string("chart.label", least=1)


def positive(value: Any, place: Place) -> Problems:
    """Ask for a number above zero, as a slice of a pie needs."""
    wrong = list(number(value, place))
    yield from wrong
    if not wrong and value <= 0:
        yield place.says("must be more than 0")


PIE = typed(
    "pie",
    {"segments": items(shape({"label": LABEL, "value": positive}), "chart.segments", least=1)},
)
POINT = shape({"label": LABEL, "value": number})
SERIES = shape({"name": LABEL, "data": items(POINT, "chart.points", least=1)})
AXES = shape(
    {"categories": items(LABEL, "chart.points", least=1)},
    {"x_label": string("chart.axis"), "y_label": string("chart.axis")},
)


def points_match(value: Any, place: Place) -> Problems:
    """Ask for one point a category in every series, and for names that differ."""
    categories = value["axis_config"]["categories"]
    yield from distinct(categories, place.at("axis_config/categories"), "category")
    yield from distinct([s["name"] for s in value["series"]], place.at("series"), "series name")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield place.at(f"series/{index}/data").says("must have one point for each category")


def plot(kind: str) -> Any:
    """Write a chart with axes."""
    return typed(
        kind,
        {"series": items(SERIES, "chart.series", least=1), "axis_config": AXES},
        {},
        points_match,
    )


CHART = typed(
    "data_visualization",
    {
        "title": string("chart.title", least=1),
        "chart": by_type(
            {"pie": PIE, "bar": plot("bar"), "line": plot("line"), "area": plot("area")}
        ),
    },
    {"block_id": string("block_id", least=1)},
)
