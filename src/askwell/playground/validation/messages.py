"""What a whole message must keep to, beyond its single blocks."""

import json
import re
from collections.abc import Iterator
from typing import Any

from askwell.playground.refusal import NotOk, with_messages
from askwell.playground.validation.blocks import blocks as check_blocks
from askwell.playground.validation.checks import Place
from askwell.playground.validation.limits import most
from askwell.playground.validation.tables import table_characters

TABLES = {"table", "data_table"}
# Not shown to anybody, so not counted against the size of a message.
UNSEEN = {"type", "action_id", "block_id", "value", "style", "image_url", "url", "id", "status"}
PIPE_TABLE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*\|[\s|:-]*$", re.M)


def check_message(found: list[Any], pointer: str = "/blocks") -> None:
    """Refuse blocks that Slack would refuse in a message.

    Raises:
        NotOk: invalid_blocks, invalid_attachments (a second table) or msg_blocks_too_long.
    """
    place = Place(pointer)
    problems = list(check_blocks(found, place))
    if not problems:
        problems = list(_together(found, place))
    if problems:
        raise with_messages("invalid_blocks", problems)
    if sum(tables(block) for block in flat(found)) > 1:
        raise with_messages("invalid_attachments", ["only_one_table_allowed"])
    if characters(found) > most("message.characters"):
        raise NotOk("msg_blocks_too_long")


def _together(found: list[Any], place: Place) -> Iterator[str]:
    every = list(flat(found))
    if sum(drawn_blocks(block) for block in every) > most("message.blocks"):
        yield place.says(f"no more than {most('message.blocks')} items allowed")
    markdown = sum(len(b["text"]) for b in every if b["type"] == "markdown")
    if markdown > most("message.markdown"):
        yield place.says(f"must be less than {most('message.markdown') + 1} characters of markdown")
    if sum(b["type"] == "data_visualization" for b in every) > most("message.charts"):
        yield place.says(f"no more than {most('message.charts')} charts allowed")
    cells = sum(table_characters(b) for b in every if b["type"] in TABLES)
    if cells > most("message.table_characters"):
        yield place.says("too many characters in all tables")


def flat(found: list[Any]) -> Iterator[Any]:
    """Yield blocks and the blocks inside containers."""
    for block in found:
        yield block
        yield from flat(block.get("child_blocks") or [])


def drawn_blocks(block: Any) -> int:
    """Count what a block is drawn as: Slack takes markdown apart before it counts to 50."""
    return expanded(block["text"]) if block["type"] == "markdown" else 1


def expanded(markdown: str) -> int:
    """Count a block for each heading, rule, fence and table, and for each run of text between.

    Measured by others; where they disagree (fences) the larger count stands here.
    """
    count, run, fence, table = 0, False, False, False
    for line in markdown.splitlines():
        fenced = line.lstrip().startswith("```")
        alone = bool(re.match(r" {0,3}(#{1,6} |([-*_] *){3,}$)", line)) and not fence
        tabular = line.lstrip().startswith("|") and not fence
        if fenced:
            count, run, fence = count + (not fence), False, not fence
        elif tabular:
            count, run = count + (not table), False
        elif alone:
            count, run = count + 1, False
        elif line.strip() and not fence:
            count, run = count + (not run), True
        table = tabular
    return max(count, 1)


def tables(block: Any) -> int:
    """Count the tables of a block; a pipe table in markdown is one too."""
    if block["type"] == "markdown":
        return len(PIPE_TABLE.findall(block["text"]))
    return block["type"] in TABLES


def characters(found: Any) -> int:
    """Count the characters that people see in blocks."""
    if isinstance(found, str):
        return len(found)
    if isinstance(found, list):
        return sum(characters(part) for part in found)
    if isinstance(found, dict):
        return sum(characters(part) for key, part in found.items() if key not in UNSEEN)
    return 0


def check_metadata(metadata: Any) -> None:
    """Refuse metadata without a type and a payload, or too much of it.

    Raises:
        NotOk: invalid_metadata_format, invalid_metadata_schema or metadata_too_large.
    """
    if not isinstance(metadata, dict):
        raise NotOk("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    sound = isinstance(kind, str) and 0 < len(kind) <= most("metadata.event_type")
    if not sound or not isinstance(payload, dict) or set(metadata) - _METADATA:
        raise NotOk("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False)) > most("metadata.characters"):
        raise NotOk("metadata_too_large")


_METADATA = {"event_type", "event_payload"}
