"""Draw a chart as a PNG that can be read on a phone."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askwell.charts.labels import short, shortened, ticks, width, wrapped
from askwell.domain.answer import Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS = ("#2563eb", "#f97316", "#10b981", "#a855f7", "#ef4444", "#64748b")
_INK, _FAINT, _GRID = "#1f2937", "#6b7280", "#e5e7eb"
_MOST_TICKS = 8
_MOST_MARKED = 31
_FONT = Path(__file__).parent / "fonts" / "NanumGothic.ttf"


def draw(chart: Chart, path: Path) -> None:
    """Write `chart` to `path` as a PNG of 1200 x 800 pixels; takes 100 to 200 ms."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.16, h_pad=0.14)
    figure = Figure(figsize=(7.5, 5), dpi=160, facecolor="white", layout=layout)
    FigureCanvasAgg(figure)
    _title(figure, chart)
    axes = figure.add_subplot()
    _DRAWN[chart.kind](axes, chart)
    figure.savefig(path, format="png")


def _title(figure: "Figure", chart: Chart) -> None:
    title = plain(wrapped(chart.title, 70, 3))
    figure.suptitle(title, x=0.022, ha="left", fontproperties=_font(15), color=_INK)


def plain(text: str) -> str:
    """Keep a text from being read as mathematics, and leave out what the font cannot draw."""
    drawn = "".join(c if c == "\n" or _can_draw(c) else "□" for c in text)
    return drawn.replace("\\", "＼").replace("$", r"\$")


def _can_draw(letter: str) -> bool:
    return letter.isprintable() and ord(letter) in _glyphs()


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(_FONT)).get_charmap())


@cache
def _font(size: int) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(_FONT), size=size)


def _line(axes: "Axes", chart: Chart) -> None:
    for series, color in zip(chart.series, _COLORS, strict=False):
        _one_line(axes, _gapped(series), color, partial=chart.partial)
    if len(chart.series) == 1:
        values = _gapped(chart.series[0])
        axes.fill_between(range(len(values)), values, color=_COLORS[0], alpha=0.08, linewidth=0)
    _scale(axes, chart)
    _name_categories(axes, chart)
    _legend(axes, chart)
    if len(chart.series) == 1:
        _mark_peak(axes, chart)


def _one_line(axes: "Axes", values: list[float], color: str, *, partial: bool) -> None:
    """Draw one line; the way to the last point of an unfinished period is dashed."""
    count = len(values)
    whole = count - 1 if partial else count
    style: dict[str, Any] = {"color": color, "linewidth": 2.4}
    marker = "o" if count <= _MOST_MARKED else ""
    axes.plot(range(whole), values[:whole], marker=marker, markersize=5, **style)
    if not partial:
        return
    last = range(max(count - 2, 0), count)
    axes.plot(last, [values[i] for i in last], linestyle=(0, (2, 1.5)), **style)
    hollow: dict[str, Any] = {"markersize": 7, "markeredgewidth": 2}
    axes.plot([count - 1], values[-1:], "o", color=color, markerfacecolor="white", **hollow)


def _mark_peak(axes: "Axes", chart: Chart) -> None:
    series = chart.series[0]
    known = [(value, i) for i, value in enumerate(series.values) if value is not None]
    if not known:
        return
    value, at = max(known)
    axes.annotate(
        plain(short(value, series.unit, chart.language)),
        (at, value),
        xytext=(0, 9),
        textcoords="offset points",
        ha="center",
        fontproperties=_font(12),
        color=_INK,
    )
    axes.margins(y=0.12)
    _from_zero(axes, chart)


def _bar(axes: "Axes", chart: Chart) -> None:
    """Draw standing or lying bars, side by side where there are several series."""
    size = 0.8 / len(chart.series)
    for i, (series, color) in enumerate(zip(chart.series, _COLORS, strict=False)):
        shift = (i - (len(chart.series) - 1) / 2) * size
        at = [p + shift for p in range(len(chart.categories))]
        place = axes.barh if chart.horizontal else axes.bar
        bars = place(at, _filled(series), size * 0.92, color=color)
        if chart.partial:
            bars[-1].set_alpha(0.45)
        if len(chart.series) == 1 and len(at) <= 20:
            texts = [_value_text(v, series, chart) for v in series.values]
            axes.bar_label(bars, texts, padding=4, fontproperties=_font(11), color=_INK)
            axes.margins(0.12 if chart.horizontal else 0.05, 0.05 if chart.horizontal else 0.12)
    _scale(axes, chart)
    if chart.horizontal:
        axes.invert_yaxis()
        names = [plain(shortened(n)) for n in chart.categories]
        axes.set_yticks(range(len(names)), labels=names, fontproperties=_font(11), color=_INK)
    else:
        _name_categories(axes, chart)
    _legend(axes, chart)


def _value_text(value: float | None, series: Series, chart: Chart) -> str:
    return "–" if value is None else plain(short(value, series.unit, chart.language))


def _pie(axes: "Axes", chart: Chart) -> None:
    """Draw a ring; its names and shares stand in a list, where small ones cannot collide."""
    values = _filled(chart.series[0])
    total = sum(values) or 1.0
    wedges = axes.pie(
        [v if total > 0 else 1.0 for v in values],
        colors=_COLORS,
        startangle=90,
        counterclock=False,
        wedgeprops={"width": 0.42, "edgecolor": "white", "linewidth": 2},
    )[0]
    names = [
        plain(f"{shortened(n)}  {v / total:.1%}")
        for n, v in zip(chart.categories, values, strict=True)
    ]
    axes.legend(
        wedges,
        names,
        prop=_font(14),
        frameon=False,
        labelcolor=_INK,
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        handlelength=1,
        handleheight=1,
    )


_DRAWN = {"line": _line, "bar": _bar, "pie": _pie}


def _filled(series: Series) -> list[float]:
    return [v or 0.0 for v in series.values]


def _gapped(series: Series) -> list[float]:
    return [float("nan") if v is None else v for v in series.values]


def _known(chart: Chart) -> list[float]:
    return [v for s in chart.series for v in s.values if v is not None]


def _scale(axes: "Axes", chart: Chart) -> None:
    """Draw the axis of the values: faint lines, short numbers of one size."""
    from matplotlib.ticker import FuncFormatter

    across = chart.kind == "bar" and chart.horizontal
    for side in ("top", "right", "bottom" if across else "left"):
        axes.spines[side].set_visible(False)
    axes.spines["left" if across else "bottom"].set_color(_FAINT)
    axes.tick_params(length=0, colors=_FAINT)
    axis = axes.xaxis if across else axes.yaxis
    axis.grid(visible=True, color=_GRID, linewidth=0.9)
    axes.set_axisbelow(True)
    _from_zero(axes, chart)
    unit, largest = chart.series[0].unit, max(map(abs, _known(chart)), default=0.0)
    axis.set_major_formatter(
        FuncFormatter(lambda v, _: plain(short(v, unit, chart.language, largest)))
    )
    for label in axis.get_ticklabels():
        label.set_fontproperties(_font(11))
    if min(_known(chart), default=0.0) < 0:
        (axes.axvline if across else axes.axhline)(0, color=_FAINT, linewidth=1)


def _from_zero(axes: "Axes", chart: Chart) -> None:
    """Let the axis begin at zero, where nothing lies below: a cut axis exaggerates."""
    if min(_known(chart), default=0.0) >= 0:
        across = chart.kind == "bar" and chart.horizontal
        (axes.set_xlim if across else axes.set_ylim)(0)


def _name_categories(axes: "Axes", chart: Chart) -> None:
    count = len(chart.categories)
    at = list(range(0, count, max(1, -(-count // _MOST_TICKS))))
    names = [plain(name) for name in ticks(chart.categories, at)]
    axes.set_xticks(at, labels=names, fontproperties=_font(11), color=_INK)


def _legend(axes: "Axes", chart: Chart) -> None:
    if len(chart.series) < 2:
        return
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=color, linewidth=4)
        for _, color in zip(chart.series, _COLORS, strict=False)
    ]
    names = [shortened(s.name, 34) for s in chart.series]
    axes.legend(
        handles,
        [plain(name) for name in names],
        prop=_font(11),
        frameon=False,
        labelcolor=_INK,
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=min(4 if sum(map(width, names)) < 60 else 3, len(names)),
        handlelength=1.2,
        borderaxespad=0.4,
    )
