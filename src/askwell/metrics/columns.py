"""What the columns of a metric table are called, in both languages."""

from askwell.domain.catalog import Catalog, Grain, Metric, Unit
from askwell.domain.intent import Intent
from askwell.domain.noun import Label
from askwell.domain.result import ColumnRole, ResultColumn
from askwell.metrics.check import accumulating
from askwell.metrics.layers import CHANGE, CUMULATIVE, PREVIOUS, SHARE
from askwell.metrics.shape import TIME

_GRAINS: dict[Grain, Label] = {
    "day": Label(ko="날짜", en="Day"),
    "week": Label(ko="주", en="Week"),
    "month": Label(ko="월", en="Month"),
    "quarter": Label(ko="분기", en="Quarter"),
    "year": Label(ko="연도", en="Year"),
}
_BEFORE: dict[Grain, Label] = {
    "day": Label(ko="전일", en="day before"),
    "week": Label(ko="전주", en="week before"),
    "month": Label(ko="전월", en="month before"),
    "quarter": Label(ko="전분기", en="quarter before"),
    "year": Label(ko="전년", en="year before"),
}
_EARLIER = {
    "previous": Label(ko="이전 기간", en="earlier period"),
    "year": Label(ko="전년", en="year before"),
    "period": Label(ko="비교 기간", en="compared period"),
}
_CHANGE = Label(ko="증감률", en="change")
_SHARE = Label(ko="비중", en="share")
_CUMULATIVE = Label(ko="누적", en="running total")


def result_columns(
    intent: Intent, catalog: Catalog, names: dict[str, str]
) -> tuple[ResultColumn, ...]:
    """Describe the columns of the table that `intent` makes, in their order."""
    columns = []
    if intent.grain:
        columns.append(
            ResultColumn(name=TIME, label=_GRAINS[intent.grain], type="date", role="time")
        )
    columns += [_dimension(catalog, d, names[d]) for d in intent.dimensions]
    metrics = [catalog.metric_named[m] for m in intent.metrics]
    for metric in metrics:
        columns.append(_value(metric, "", metric.label, "metric", metric.unit))
        if intent.comparison:
            before = _with(metric, _before(intent))
            columns.append(_value(metric, PREVIOUS, before, "previous", metric.unit))
            change = _with(metric, _CHANGE)
            columns.append(_value(metric, CHANGE, change, "change", "ratio"))
    if intent.share:
        columns += [_value(m, SHARE, _with(m, _SHARE), "share", "ratio") for m in metrics]
    for name in accumulating(intent, catalog):
        metric = catalog.metric_named[name]
        total = _with(metric, _CUMULATIVE)
        columns.append(_value(metric, CUMULATIVE, total, "cumulative", metric.unit))
    return tuple(columns)


def _dimension(catalog: Catalog, dimension: str, name: str) -> ResultColumn:
    known = catalog.dimension_named[dimension]
    kind = "date" if known.type == "time" else known.column_type
    return ResultColumn(name=name, label=known.label, type=kind, unit=known.unit, role="dimension")


def _value(metric: Metric, suffix: str, label: Label, role: ColumnRole, unit: Unit) -> ResultColumn:
    kind = "double" if unit == "ratio" else "numeric"
    name = metric.name + suffix
    return ResultColumn(name=name, label=label, type=kind, unit=unit, role=role, metric=metric.name)


def _before(intent: Intent) -> Label:
    assert intent.comparison is not None
    if intent.comparison.to == "previous" and intent.grain:
        return _BEFORE[intent.grain]
    return _EARLIER[intent.comparison.to]


def _with(metric: Metric, addition: Label) -> Label:
    """Return the metric's label with an addition, in the languages that it has."""
    ko, en = metric.label.ko, metric.label.en
    return Label(ko=f"{ko} ({addition.ko})" if ko else "", en=f"{en} ({addition.en})" if en else "")
