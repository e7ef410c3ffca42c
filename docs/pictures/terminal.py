"""Draw what a terminal shows as a picture, with fonts that lie here: no browser is needed."""

import unicodedata
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME as THEME
from rich.text import Text

import askwell.charts

_SIZE, _LINE, _MARGIN = 25, 35, 28
_FONTS = Path(get_data_path()) / "fonts" / "ttf"
_NANUM = Path(askwell.charts.__file__).parent / "fonts" / "NanumGothic.ttf"
_PLAIN = ImageFont.truetype(_FONTS / "DejaVuSansMono.ttf", _SIZE)
_BOLD = ImageFont.truetype(_FONTS / "DejaVuSansMono-Bold.ttf", _SIZE)
_KOREAN = ImageFont.truetype(_NANUM, _SIZE + 3)
_CELL = round(_PLAIN.getlength("0"))
_DRAWN = FT2Font(str(_FONTS / "DejaVuSansMono.ttf")).get_charmap().keys()
_DIM = 0.7


def draw_terminal(console: Console, path: Path) -> None:
    """Write everything that a recording `console` printed to `path` as a PNG."""
    printed = Text.from_ansi(console.export_text(styles=True).rstrip())
    lines = console.render_lines(printed, pad=False)
    size = (console.width * _CELL + 2 * _MARGIN, len(lines) * _LINE + 2 * _MARGIN)
    picture = Image.new("RGB", size, tuple(THEME.background_color))
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        _draw_line(pen, line, _MARGIN + row * _LINE)
    picture.quantize(64).save(path, optimize=True)


def _draw_line(pen: ImageDraw.ImageDraw, line: list[Segment], top: int) -> None:
    cell = 0
    for text, style, _ in line:
        for character in text:
            _draw_character(pen, character, style or Style(), _MARGIN + cell * _CELL, top)
            cell += 2 if _is_wide(character) else 1


def _draw_character(
    pen: ImageDraw.ImageDraw, character: str, style: Style, left: int, top: int
) -> None:
    if ord(character) in _DRAWN:
        pen.text((left, top), character, _ink(style), _BOLD if style.bold else _PLAIN)
        return
    middle = left + _CELL * (2 if _is_wide(character) else 1) / 2
    at = middle - _KOREAN.getlength(character) / 2, top - 1
    # Nanum Gothic lies here in one light weight, so that a stroke makes it heavier.
    pen.text(at, character, _ink(style), _KOREAN, stroke_width=0.9 if style.bold else 0.3)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _ink(style: Style) -> tuple[int, ...]:
    """Return the colour; a dim one lies nearer to the background."""
    color = style.color.get_truecolor(THEME) if style.color else THEME.foreground_color
    share = _DIM if style.dim else 1.0
    return tuple(
        round(c * share + b * (1 - share))
        for c, b in zip(color, THEME.background_color, strict=True)
    )
