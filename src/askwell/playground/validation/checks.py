"""The small checks from which the shapes of blocks are put together.

A check takes a value and its place and yields what is wrong with it, in Slack's words.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from askwell.playground.validation.limits import most

Problems = Iterator[str]


@dataclass(frozen=True)
class Place:
    """Where a value stands, and on which surface: message, modal or home."""

    pointer: str
    surface: str = "message"

    def at(self, key: object) -> "Place":
        """Go one step down."""
        return replace(self, pointer=f"{self.pointer}/{key}")

    def says(self, problem: str) -> str:
        """Write a problem as Slack does."""
        return f"{problem} [json-pointer:{self.pointer}]"


Check = Callable[[Any, Place], Problems]


def anything(_value: Any, _place: Place) -> Problems:
    """Accept whatever comes."""
    yield from ()


def string(limit: str | None = None, *, least: int = 0) -> Check:
    """Ask for a string of at least `least` characters, and at most those of the limit."""

    def check(value: Any, place: Place) -> Problems:
        if not isinstance(value, str):
            yield place.says("must provide a string")
        elif len(value) < least:
            yield place.says(f"must be more than {least - 1} characters")
        elif limit and len(value) > most(limit):
            yield place.says(f"must be less than {most(limit) + 1} characters")

    return check


def integer(low: int, high: int) -> Check:
    """Ask for a whole number between two others, both included."""

    def check(value: Any, place: Place) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int):
            yield place.says("must provide an integer")
        elif not low <= value <= high:
            yield place.says(f"must be between {low} and {high}")

    return check


def number(value: Any, place: Place) -> Problems:
    """Ask for a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield place.says("must provide a number")


def boolean(value: Any, place: Place) -> Problems:
    """Ask for true or false."""
    if not isinstance(value, bool):
        yield place.says("must provide a boolean")


def one_of(*allowed: str) -> Check:
    """Ask for one of a few words."""

    def check(value: Any, place: Place) -> Problems:
        if value not in allowed:
            yield place.says(f"must be one of {', '.join(allowed)}")

    return check


def items(check_item: Check, limit: str | None = None, *, least: int = 0) -> Check:
    """Ask for an array of such items."""

    def check(value: Any, place: Place) -> Problems:
        if not isinstance(value, list):
            yield place.says("must be an array")
            return
        if len(value) < least:
            yield place.says(f"no fewer than {least} items allowed")
        if limit and len(value) > most(limit):
            yield place.says(f"no more than {most(limit)} items allowed")
        for number_, item in enumerate(value):
            yield from check_item(item, place.at(number_))

    return check


def shape(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
    *rules: Check,
) -> Check:
    """Ask for an object with these fields and no others; rules see the whole of a sound one."""
    known = {**required, **(optional or {})}

    def check(value: Any, place: Place) -> Problems:
        if not isinstance(value, dict):
            yield place.says("must provide an object")
            return
        found = list(fields(value, place))
        yield from found
        if not found:
            for rule in rules:
                yield from rule(value, place)

    def fields(value: dict[str, Any], place: Place) -> Problems:
        for name in required:
            if name not in value:
                yield place.says(f"missing required field: {name}")
        for name, part in value.items():
            if name not in known:
                yield place.says(f"invalid additional property: {name}")
            else:
                yield from known[name](part, place.at(name))

    return check


def by_type(kinds: Mapping[str, Check]) -> Check:
    """Ask for an object whose `type` names one of these shapes."""

    def check(value: Any, place: Place) -> Problems:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield place.says("must provide an object")
        elif kind is None:
            yield place.says("missing required field: type")
        elif not isinstance(kind, str) or kind not in kinds:
            yield place.says(f"unsupported type: {kind}")
        else:
            yield from kinds[kind](value, place)

    return check


def typed(kind: str, required: Mapping[str, Check], *more: Any) -> Check:
    """Write `shape` for an object that has a `type`."""
    return shape({"type": one_of(kind), **required}, *more)


def needs_one(*names: str) -> Check:
    """Ask for at least one of several fields."""

    def check(value: Any, place: Place) -> Problems:
        if not any(value.get(name) for name in names):
            yield place.says(f"missing required field: {' or '.join(names)}")

    return check


def excludes(one: str, other: str) -> Check:
    """Refuse two fields that stand against each other."""

    def check(value: Any, place: Place) -> Problems:
        if one in value and other in value:
            yield place.says(f"only one of {one} and {other} is allowed")

    return check


def distinct(values: list[Any], place: Place, what: str) -> Problems:
    """Refuse a value that comes twice."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            yield place.says(f"duplicate {what}: {value}")
        seen.add(value)
