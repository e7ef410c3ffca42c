"""What a stream has become so far, as blocks."""

from typing import Any

from askwell.playground.naming import name_blocks
from askwell.playground.nouns import Json, Stream


def feed(stream: Stream, chunks: list[Json]) -> None:
    """Add chunks: text joins text, a task replaces what it said before."""
    for chunk in chunks:
        if chunk["type"] == "plan_update":
            stream.plan_title = chunk["title"]
        elif chunk["type"] == "task_update":
            _task(stream, chunk)
        elif chunk["type"] == "blocks":
            stream.parts.append({**chunk, "blocks": name_blocks(chunk["blocks"])})
        elif stream.parts and stream.parts[-1]["type"] == "markdown_text":
            stream.parts[-1]["text"] += chunk["text"]
        else:
            stream.parts.append(dict(chunk))


def _task(stream: Stream, chunk: Json) -> None:
    for part in stream.parts:
        if part["type"] == "task_update" and part["id"] == chunk["id"]:
            part.update(chunk)
            return
    stream.parts.append(dict(chunk))


def shown(stream: Stream) -> tuple[str, list[Json]]:
    """Draw a stream: its text, and its blocks; a plan stands where its first task stood."""
    blocks: list[Json] = []
    tasks = [_card(part) for part in stream.parts if part["type"] == "task_update"]
    for part in stream.parts:
        if part["type"] == "markdown_text":
            blocks.append({"type": "markdown", "text": part["text"]})
        elif part["type"] == "blocks":
            blocks += part["blocks"]
        elif stream.mode == "timeline":
            blocks.append(_card(part))
        elif not any(block["type"] == "plan" for block in blocks):
            blocks.append({"type": "plan", "title": stream.plan_title or "Plan", "tasks": tasks})
    text = "".join(part["text"] for part in stream.parts if part["type"] == "markdown_text")
    return text, name_blocks(blocks)


def _card(part: Json) -> Json:
    card: Json = {
        "type": "task_card",
        "task_id": part["id"],
        "title": part["title"],
        "status": part["status"],
    }
    for name in ("details", "output"):
        if part.get(name):
            card[name] = _rich(part[name])
    return card | ({"sources": part["sources"]} if part.get("sources") else {})


def _rich(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}
