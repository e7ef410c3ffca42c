"""Charts: chosen by the shape of a result, drawn only when a surface asks."""

from askwell.charts.choose import choose
from askwell.charts.draw import draw

__all__ = ["choose", "draw"]
