"""Draw a chart as a PNG that can be read on a phone."""

import textwrap
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askwell.domain.answer import Chart, Series
from askwell.domain.noun import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS = ("#2563eb", "#f97316", "#10b981", "#a855f7", "#ef4444", "#64748b")
_INK, _FAINT, _GRID = "#1f2937", "#6b7280", "#e5e7eb"
_MOST_TICKS = 8
_LONGEST_NAME = 18


def draw(chart: Chart, path: Path) -> None:
    """Write `chart` to `path` as a PNG of 1200 x 800 pixels; takes 100 to 200 ms."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 5), dpi=160, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    title = "\n".join(textwrap.wrap(chart.title, 46)[:3])
    axes.set_title(_plain(title), fontproperties=_font(15), color=_INK, loc="left", pad=14)
    _DRAWN[chart.kind](axes, chart)
    figure.savefig(path, format="png")


def _plain(text: str) -> str:
    """Keep matplotlib from reading `$` as mathematics."""
    return text.replace("$", r"\$")


@cache
def _font(size: int) -> Any:
    from matplotlib.font_manager import FontProperties

    shipped = files("askwell.charts") / "fonts" / "NanumGothic.ttf"
    return FontProperties(fname=str(shipped), size=size)


def _line(axes: "Axes", chart: Chart) -> None:
    positions = list(range(len(chart.categories)))
    marker = "o" if len(positions) <= 31 else None
    for series, color in zip(chart.series, _COLORS, strict=False):
        values = [float("nan") if v is None else v for v in series.values]
        axes.plot(positions, values, color=color, linewidth=2.4, marker=marker, markersize=5)
    if len(chart.series) == 1:
        values = [v or 0.0 for v in chart.series[0].values]
        axes.fill_between(positions, values, color=_COLORS[0], alpha=0.08)
    _frame(axes, chart)
    _name_categories(axes, chart)
    _legend(axes, chart)


def _bar(axes: "Axes", chart: Chart) -> None:
    if chart.horizontal:
        _lying_bars(axes, chart)
        return
    width = 0.8 / len(chart.series)
    for i, (series, color) in enumerate(zip(chart.series, _COLORS, strict=False)):
        shift = (i - (len(chart.series) - 1) / 2) * width
        positions = [p + shift for p in range(len(chart.categories))]
        axes.bar(positions, _filled(series), width=width * 0.92, color=color)
    _frame(axes, chart)
    _name_categories(axes, chart)
    _legend(axes, chart)


def _lying_bars(axes: "Axes", chart: Chart) -> None:
    height = 0.8 / len(chart.series)
    for i, (series, color) in enumerate(zip(chart.series, _COLORS, strict=False)):
        shift = (i - (len(chart.series) - 1) / 2) * height
        positions = [p + shift for p in range(len(chart.categories))]
        axes.barh(positions, _filled(series), height=height * 0.9, color=color)
    _frame(axes, chart, across=True)
    axes.invert_yaxis()
    names = [_plain(_short(n)) for n in chart.categories]
    axes.set_yticks(range(len(names)), labels=names, fontproperties=_font(11), color=_INK)
    _legend(axes, chart)


def _pie(axes: "Axes", chart: Chart) -> None:
    values = _filled(chart.series[0])
    axes.pie(
        values,
        labels=[_plain(_short(n)) for n in chart.categories],
        colors=_COLORS,
        autopct="%.1f%%",
        pctdistance=0.78,
        startangle=90,
        counterclock=False,
        wedgeprops={"width": 0.45, "edgecolor": "white"},
        textprops={"fontproperties": _font(12), "color": _INK},
    )


_DRAWN = {"line": _line, "bar": _bar, "pie": _pie}


def _filled(series: Series) -> list[float]:
    return [v or 0.0 for v in series.values]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _frame(axes: "Axes", chart: Chart, *, across: bool = False) -> None:
    from matplotlib.ticker import FuncFormatter

    for side in ("top", "right", "bottom" if across else "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=_FAINT)
    axis = axes.xaxis if across else axes.yaxis
    axis.grid(visible=True, color=_GRID, linewidth=0.9)
    axes.set_axisbelow(True)
    unit = chart.series[0].unit
    axis.set_major_formatter(FuncFormatter(lambda v, _: _plain(short_number(v, unit, chart.language))))
    for label in axis.get_ticklabels():
        label.set_fontproperties(_font(11))
    low = min((v for s in chart.series for v in s.values if v is not None), default=0.0)
    if low >= 0 and unit != "ratio":
        (axes.set_xlim if across else axes.set_ylim)(0)


def _name_categories(axes: "Axes", chart: Chart) -> None:
    count = len(chart.categories)
    step = max(1, -(-count // _MOST_TICKS))
    at = list(range(0, count, step))
    names = ["\n".join(textwrap.wrap(_plain(_short(chart.categories[i])), 10)) for i in at]
    axes.set_xticks(at, labels=names, fontproperties=_font(11), color=_INK)


def _legend(axes: "Axes", chart: Chart) -> None:
    if len(chart.series) < 2:
        return
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=c, linewidth=4) for _, c in zip(chart.series, _COLORS, strict=False)]
    names = [_plain(_short(s.name)) for s in chart.series]
    columns = min(3, len(names))
    axes.legend(
        handles,
        names,
        prop=_font(11),
        frameon=False,
        loc="upper left",
        bbox_to_anchor=(0, -0.12),
        ncols=columns,
    )


def short_number(value: float, unit: str, language: Language) -> str:
    """Return an axis label: 1.2억, 34만; 120M, 340K; 12%.

    >>> short_number(120_000_000, "KRW", "ko"), short_number(1500, "", "en")
    ('1.2억', '1.5K')
    """
    if unit == "ratio":
        return f"{value * 100:g}%"
    steps = (
        ((1e12, "조"), (1e8, "억"), (1e4, "만"))
        if language == "ko"
        else ((1e9, "B"), (1e6, "M"), (1e3, "K"))
    )
    for size, name in steps:
        if abs(value) >= size:
            return f"{round(value / size, 1):,g}{name}"
    return f"{round(value, 2):,g}"
