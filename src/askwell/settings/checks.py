"""Checks of single values; each names the setting and says what to write instead."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from askwell.domain.noun import Language
from askwell.errors import Misconfigured


def named(raw: Mapping[str, str], name: str, pattern: str, example: str) -> str:
    """Return what stands behind the engine's name; empty where nothing is set."""
    found = re.fullmatch(pattern, raw[name])
    if raw[name] and not found:
        raise Misconfigured(f"{name} is {raw[name]!r}. Write e.g. {example}, or leave it empty.")
    return found[1] if found else ""


def token(raw: Mapping[str, str], name: str, start: str) -> str:
    """Check without showing it; two kinds of tokens are easily taken for each other."""
    if raw[name] and not raw[name].startswith(start):
        raise Misconfigured(f"{name} is no such token. Write the one that begins with {start}")
    return raw[name]


def address(name: str, url: str) -> str:
    """Return an address with a slash at its end."""
    if not re.fullmatch(r"https?://[^\s@?]+", url):
        raise Misconfigured(f"{name} is no plain address. Write e.g. https://slack.com/api/.")
    return url if url.endswith("/") else f"{url}/"


def plain_address(name: str, url: str) -> str:
    """Check without showing: somebody may have put a password into it."""
    try:
        parts = urlsplit(url)
        plain = "@" not in parts.netloc and not parts.query
        fine = parts.scheme in ("http", "https") and parts.hostname and plain
    except ValueError:
        fine = False
    if url and not fine:
        raise Misconfigured(
            f"{name} is no plain address. Write e.g. http://127.0.0.1:8000/v1;"
            " a key goes into ASKWELL_MODEL_KEY."
        )
    return url


def existing(
    raw: Mapping[str, str], name: str, holds: Callable[[Path], bool], kind: str
) -> Path | None:
    """Return a path that exists, or None where none is set."""
    if not raw[name]:
        return None
    path = Path(raw[name]).expanduser()
    if not holds(path):
        raise Misconfigured(f"{name} is {raw[name]!r}. Write the path of a {kind} that exists.")
    return path


def day(text: str) -> date | None:
    """Return a day, or None where none is set."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misconfigured(
            f"ASKWELL_TODAY is {text!r}. Write a day such as 2024-02-29, or leave it empty."
        ) from None


def zone(name: str) -> str:
    """Return the name of a time zone; empty where none is set."""
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError):
        raise Misconfigured(
            f"ASKWELL_TIMEZONE is {name!r}. Write an IANA name such as Asia/Seoul."
        ) from None


def language(name: str) -> Language:
    """Return one of the languages."""
    if name not in ("ko", "en"):
        raise Misconfigured(f"ASKWELL_LANGUAGE is {name!r}. Write ko or en.")
    return "ko" if name == "ko" else "en"


def number(raw: Mapping[str, str], name: str) -> float:
    """Return a number above 0."""
    try:
        value = float(raw[name])
    except ValueError:
        value = 0.0
    if not 0 < value < math.inf:
        raise Misconfigured(f"{name} is {raw[name]!r}. Write a number above 0.")
    return value


def count(raw: Mapping[str, str], name: str) -> int:
    """Return a whole number from 1."""
    if not (raw[name].isdecimal() and int(raw[name]) > 0):
        raise Misconfigured(f"{name} is {raw[name]!r}. Write a whole number above 0.")
    return int(raw[name])


def memory(text: str) -> str:
    """Return a size of memory as DuckDB takes it."""
    if not re.fullmatch(r"[1-9]\d*\s?[MGT]B", text):
        raise Misconfigured(f"ASKWELL_QUERY_MEMORY is {text!r}. Write e.g. 500MB or 2GB.")
    return text
