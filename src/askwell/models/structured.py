"""Typed answers: the schema that is asked for, and a strict reading of what was said."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from askwell.errors import BadModelOutput, Filtered

A = TypeVar("A", bound=BaseModel)

# What both doors' strict modes take; the rest is checked when the answer is read.
_KEPT = {key: key for key in ("type", "enum", "const", "description", "format", "items", "$ref")}
_KEPT |= {"anyOf": "anyOf", "oneOf": "anyOf"}
_FINISHED = {"stop", "tool_calls", "function_call", "end_turn", "tool_use", "stop_sequence"}
_FILTERED = {"content_filter", "content_filtered", "guardrail_intervened", "refusal"}
_CUT_OFF = {"length", "max_tokens", "model_context_window_exceeded"}
TOO_LONG = re.compile(
    r"context[ _](length|size|window|limit)|(prompt|input) is too long|input tokens exceed"
    r"|exceed model maximum|too many input tokens",
    re.IGNORECASE,
)
_THOUGHT = re.compile(r"\A(?!\s*\{).*</think(?:ing)?>", re.DOTALL)
_OPENING = re.compile(r"\{\s*[\"}]")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Hold what a model said until its stream ended; `stop` is why it ended, as the server says."""

    text: str
    stop: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


def schema_of(answer: type[BaseModel], *, nullable_required: bool = True) -> dict[str, Any]:
    """Return the JSON schema of an answer: keys required, no other key, no limits.

    An answer is made of objects, lists, choices and plain values: strict modes know neither
    dictionaries nor tuples of several types.
    """
    whole = answer.model_json_schema()
    strict = _strict(whole, nullable_required)
    if definitions := whole.get("$defs"):
        strict["$defs"] = {n: _strict(one, nullable_required) for n, one in definitions.items()}
    return strict


def response_format(answer: type[BaseModel]) -> dict[str, Any]:
    """Return the request for an answer in a schema, in OpenAI's notation."""
    named = {"name": answer.__name__, "strict": True, "schema": schema_of(answer)}
    return {"type": "json_schema", "json_schema": named}


def tool(answer: type[BaseModel]) -> dict[str, Any]:
    """Return the tool whose arguments are the answer, in OpenAI's notation.

    What may be null is left out instead: langchain-aws strips null from tools.
    """
    function = {
        "name": answer.__name__,
        "description": "Give the answer.",
        "parameters": schema_of(answer, nullable_required=False),
    }
    return {"type": "function", "function": function}


def in_words(answer: type[BaseModel]) -> str:
    """Return the request for an answer as text, for models that know neither schema nor tools."""
    schema = json.dumps(schema_of(answer), ensure_ascii=False)
    return f"\n\nAnswer with one JSON object of this schema and nothing else:\n{schema}"


def _strict(schema: dict[str, Any], nullable_required: bool) -> dict[str, Any]:
    kept = {_KEPT[key]: value for key, value in schema.items() if key in _KEPT}
    if "items" in kept:
        kept["items"] = _strict(kept["items"], nullable_required)
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(one, nullable_required) for one in kept["anyOf"]]
    if schema.get("type") == "object":
        inner = schema.get("properties", {}).items()
        properties = {name: _strict(one, nullable_required) for name, one in inner}
        required = [
            n for n, one in properties.items() if nullable_required or not _is_nullable(one)
        ]
        kept |= {"properties": properties, "required": required, "additionalProperties": False}
    return kept


def _is_nullable(schema: dict[str, Any]) -> bool:
    return {"type": "null"} in schema.get("anyOf", [])


def read(spoken: Spoken, answer: type[A], attempts: int) -> A:
    """Return the answer that was said.

    Raises:
        BadModelOutput: it was refused or cut off, or holds no single answer of that type.
        Filtered: a guardrail or a content filter stopped it.
    """
    try:
        _check_finished(spoken)
        return _only_answer(_THOUGHT.sub("", spoken.text), answer)
    except ValueError as error:
        kind = Filtered if spoken.stop in _FILTERED else BadModelOutput
        raise kind(
            str(error),
            input_tokens=spoken.input_tokens,
            output_tokens=spoken.output_tokens,
            cached_tokens=spoken.cached_tokens,
            attempts=attempts,
        ) from None


def _check_finished(spoken: Spoken) -> None:
    if spoken.stop in _CUT_OFF:
        raise ValueError(
            f"the answer was cut off after {spoken.output_tokens} tokens ({spoken.stop});"
            " a higher ASKWELL_MODEL_TOKENS lets the model finish"
        )
    if spoken.stop not in _FINISHED:
        raise ValueError(f"the model stopped without an answer: {spoken.stop}")


def _only_answer(text: str, answer: type[A]) -> A:
    """Return the one answer in a text, whatever prose or fences stand around it."""
    said = list(_objects(text))
    if not said:
        raise ValueError(f"the model gave no JSON but: {_shown(text)}")
    answers: list[A] = []
    problem = ""
    for one in said:
        try:
            answers.append(answer.model_validate_json(json.dumps(one)))
        except ValidationError as error:
            problem = _problem(error)
    if not answers:
        raise ValueError(f"the model's JSON is no {answer.__name__}: {problem}")
    if any(other != answers[0] for other in answers[1:]):
        raise ValueError(f"the model gave {len(answers)} different answers")
    return answers[0]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the outermost JSON objects.

    A broken one ends the search: what stands inside it was never meant as the answer.
    """
    place = 0
    while found := _OPENING.search(text, place):
        try:
            one, place = _DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"the model's JSON is broken: {error}") from None
        yield one


def _problem(error: ValidationError) -> str:
    """Return the first problems, without the values."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or 'the whole'}: {detail['msg']}"
        for detail in details[:3]
    )


def _shown(text: str) -> str:
    short = "".join(char for char in " ".join(text.split()) if char.isprintable())
    return f"{short[:80]}…" if len(short) > 80 else short or "nothing"
