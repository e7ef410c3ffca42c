"""Render messages: gettext for the words, and particles that fit what is filled in."""

import gettext
import io
import string
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from askwell.domain.noun import Label, Language, Message
from askwell.language import particles
from askwell.messages import formats


def say(message: Message, language: Language) -> str:
    """Return `message` in `language`, with its values filled in.

    A placeholder `{name:은/는}` gets the particle that fits the value.
    """
    return text(message.text, language, **message.values)


def text(msgid: str, language: Language, **values: Any) -> str:
    """Return the text of `msgid` in `language`; values are shown in that language too."""
    shown = {name: _shown(value, language) for name, value in values.items()}
    return _Particles().vformat(_catalog(language).gettext(msgid), (), shown)


def _shown(value: object, language: Language) -> str:
    if isinstance(value, Label):
        return value.text(language)
    if isinstance(value, date):
        return formats.day(value, language)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return formats.number(value, "", language)
    return str(value)


class _Particles(string.Formatter):
    """Read a format spec as a pair of particles."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in particles.pairs():
            return particles.attach(str(value), format_spec)
        return str(super().format_field(value, format_spec))

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]


@cache
def _catalog(language: Language) -> gettext.NullTranslations:
    """Load the compiled texts; in a source checkout they are compiled on first use."""
    if language == "en":
        return gettext.NullTranslations()
    folder = Path(__file__).parent / "locale" / language / "LC_MESSAGES"
    source, compiled = folder / "askwell.po", folder / "askwell.mo"
    if _is_fresh(compiled, source):
        return gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
    return gettext.GNUTranslations(_compiled(source.read_bytes()))


def _is_fresh(compiled: Path, source: Path) -> bool:
    """Tell whether the compiled texts may be used: an edited source makes them stale."""
    if not compiled.is_file():
        return False
    return not source.is_file() or compiled.stat().st_mtime >= source.stat().st_mtime


def _compiled(source: bytes) -> io.BytesIO:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    target = io.BytesIO()
    write_mo(target, read_po(io.BytesIO(source)))
    target.seek(0)
    return target
