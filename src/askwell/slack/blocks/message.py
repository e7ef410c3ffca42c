"""What is posted: the blocks, the text for notifications, and which files go along."""

from typing import Any, Literal

from askwell.domain.noun import Noun
from askwell.slack.blocks.safe_text import size

FileKind = Literal["chart", "csv", "xlsx", "sql"]

MOST_CHARACTERS = 13_200  # measured by others (bolt-js#2509); Slack publishes no number


class SlackMessage(Noun):
    """Be a message for `chat.postMessage`.

    `files` must go along, in this order: `chart` is the PNG of the answer's chart, of which
    `chart_alt` says what it shows; build the message again with the uploaded file's id to have
    it stand in its place. `csv` and `xlsx` hold the whole table, `sql` the query.
    """

    text: str
    blocks: tuple[dict[str, Any], ...]
    files: tuple[FileKind, ...] = ()
    chart_alt: str = ""


class SlackView(Noun):
    """Be a modal or the Home tab; `files` must go into the thread, where a modal has no room."""

    view: dict[str, Any]
    files: tuple[FileKind, ...] = ()


def characters(found: Any) -> int:
    """Count the characters in blocks, more strictly than Slack may: only type names are free."""
    if isinstance(found, str):
        return size(found)
    if isinstance(found, list | tuple):
        return sum(map(characters, found))
    if isinstance(found, dict):
        return sum(characters(part) for key, part in found.items() if key != "type")
    return 0
