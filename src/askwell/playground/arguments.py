"""A call's arguments, however they came: JSON body, form body or query string."""

import json
from typing import Any

from aiohttp import web

from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk, invalid_arguments

TRUE = {"1", "true", "True"}


async def read(request: web.Request) -> Json:
    """Gather the arguments of a request.

    Raises:
        NotOk: invalid_json or json_not_object.
    """
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= _object(await request.text())
    elif request.can_read_body:
        found |= dict(await request.post())
    return found


def _object(text: str) -> Json:
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError:
        raise NotOk("invalid_json") from None
    if not isinstance(body, dict):
        raise NotOk("json_not_object")
    return body


class Arguments:
    """Read arguments that may be typed (JSON) or written out (form, query)."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        """Tell whether an argument was given and is not empty."""
        return self.given.get(name) not in (None, "")

    def need(self, *names: str) -> None:
        """Refuse a call without these arguments."""
        missing = [f"missing required field: {n}" for n in names if n not in self]
        if missing:
            raise invalid_arguments(*missing)

    def text(self, name: str, default: str = "") -> str:
        """Read a string."""
        value = self.given.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise invalid_arguments(f"must provide a string [json-pointer:/{name}]")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Read a boolean, also as 1 or 0."""
        value = self.given.get(name)
        return default if value is None else value is True or str(value) in TRUE

    def count(self, name: str, default: int, most: int = 1000) -> int:
        """Read a positive number."""
        value = str(self.given.get(name) or default)
        if not value.isdigit() or not 0 < int(value) <= most:
            raise invalid_arguments(f"must be between 1 and {most} [json-pointer:/{name}]")
        return int(value)

    def json(self, name: str, error: str = "invalid_arguments") -> Any:
        """Read an array or object, also as a string of JSON; None if it was not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise NotOk(error) from None

    def array(self, name: str, error: str = "invalid_arguments") -> list[Any]:
        """Read an array; empty if it was not given."""
        value = self.json(name, error)
        if value is None:
            return []
        if not isinstance(value, list):
            raise NotOk(error)
        return value

    def names(self, name: str) -> list[str]:
        """Read names separated by commas, or an array of them."""
        value = self.given.get(name) or []
        return value.split(",") if isinstance(value, str) else [str(one) for one in value]
