"""Prompts: one Markdown file a model call, filled with data that stays data."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from askwell.errors import Misconfigured
from askwell.models import Request

_SHIPPED = Path(__file__).parent / "prompt_files"
FOLDER = _SHIPPED if _SHIPPED.is_dir() else Path(__file__).parents[2] / "prompts"

_FILE = re.compile(
    r"---\n(?P<head>.*?)\n---\n\s*"
    r"# System\n(?P<system>.*?)\n# Context\n(?P<context>.*?)\n# Question\n(?P<question>.*)",
    re.DOTALL,
)
_PARTS = ("system", "context", "question")
_HEADING = re.compile(r"^# (?:System|Context|Question)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_TAG = re.compile(r"</?(\w+)>")
_BRACKETS = "<＜﹤‹〈〈⟨《"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Hold one prompt file; `hash` is that of the whole file, `answer` the name of its type."""

    name: str
    version: int
    inputs: tuple[str, ...]
    answer: str
    hash: str
    system: str
    context: str
    question: str

    def fill(self, **inputs: str) -> Request:
        """Put the inputs in, as data: nothing in them is a placeholder or a tag of the prompt.

        Raises:
            Misconfigured: an input is missing, or the prompt has none of that name.
        """
        if wrong := set(inputs) ^ set(self.inputs):
            raise Misconfigured(
                f"prompts/{self.name}.md takes {', '.join(self.inputs) or 'no inputs'};"
                f" missing or unknown: {', '.join(sorted(wrong))}."
            )
        parts = (self.system, self.context, self.question)
        tags = {tag for part in parts for tag in _TAG.findall(part)}
        data = {name: defused(text, tags) for name, text in inputs.items()}
        return Request(*(_PLACEHOLDER.sub(lambda found: data[found[1]], part) for part in parts))


@cache
def load(name: str, folder: Path = FOLDER) -> Prompt:
    """Read one prompt and check its placeholders.

    Raises:
        Misconfigured: there is no such file, or it does not read as a prompt.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise Misconfigured(f"There is no prompt {path}.") from None
    found = _FILE.fullmatch(text)
    if not found or len(_HEADING.findall(text)) != len(_PARTS):
        raise Misconfigured(
            f"{path} is no prompt: write version, inputs and answer between two lines of ---,"
            " then # System, # Context and # Question, each once and in this order."
        )
    version, inputs, answer = _head(path, found["head"])
    parts = {part: found[part].strip() for part in _PARTS}
    _check_placeholders(path, parts, inputs)
    return Prompt(name, version, inputs, answer, sha256(text.encode()).hexdigest()[:12], **parts)


def names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the names of all prompts."""
    return tuple(sorted(path.stem for path in folder.glob("*.md")))


def fenced(tag: str, text: str) -> str:
    """Put data inside `<tag>…</tag>`, so that nothing in it can close or open that tag."""
    return f"<{tag}>\n{defused(text, (tag,))}\n</{tag}>"


def defused(text: str, tags: Collection[str]) -> str:
    """Write `&lt;` for each bracket that opens or closes one of the tags.

    Case, blanks, invisible characters and full-width letters do not hide a tag.
    """
    if not tags or not any(bracket in text for bracket in _BRACKETS):
        return text
    seen = [(i, c) for i, char in enumerate(text) for c in _as_read(char)]
    folded = "".join(c for _, c in seen)
    brackets = {seen[match.start()][0] for match in _tag_pattern(frozenset(tags)).finditer(folded)}
    return "".join("&lt;" if i in brackets else char for i, char in enumerate(text))


@cache
def _tag_pattern(tags: frozenset[str]) -> re.Pattern[str]:
    """Match the bracket of a tag, but not that of `a < b`."""
    name = f"(?:{'|'.join(map(re.escape, sorted(tags)))})"
    return re.compile(
        rf"<(?=\s*[/\\][\s/\\]*{name}(?![\w.])|{name}(?![\w.])|\s*{name}\s*[/>])", re.IGNORECASE
    )


def _as_read(char: str) -> str:
    """Return a character as a lenient reader sees it: without width or invisible ones."""
    if char in _BRACKETS:
        return "<"
    plain = unicodedata.normalize("NFKC", char)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")


def _head(path: Path, text: str) -> tuple[int, tuple[str, ...], str]:
    try:
        head: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Misconfigured(f"{path} has a broken head: {error}") from None
    match head:
        case {"version": int(version), "inputs": list(inputs), "answer": str(answer)} if len(
            head
        ) == 3 and all(isinstance(name, str) for name in inputs):
            return version, tuple(inputs), answer
    raise Misconfigured(
        f"{path} needs a head of just version (a number), inputs (a list) and answer (a name)."
    )


def _check_placeholders(path: Path, parts: Mapping[str, str], inputs: tuple[str, ...]) -> None:
    body = "\n".join(parts.values())
    used = set(_PLACEHOLDER.findall(body))
    if wrong := used ^ set(inputs):
        raise Misconfigured(
            f"{path}: placeholders and inputs differ in {', '.join(sorted(wrong))}."
        )
    if "{{" in _PLACEHOLDER.sub("", body):
        raise Misconfigured(f"{path} has a {{{{ that is no placeholder; write {{{{name}}}}.")
