"""The pieces that a stream takes."""

from typing import Any

from askwell.playground.refusal import NotOk, with_messages
from askwell.playground.validation.blocks import STATUS, blocks
from askwell.playground.validation.checks import Place, by_type, items, string, typed
from askwell.playground.validation.limits import most
from askwell.playground.validation.objects import URL_SOURCE

CHUNKS = items(
    by_type(
        {
            "markdown_text": typed("markdown_text", {"text": string(least=1)}),
            "task_update": typed(
                "task_update",
                {"id": string(least=1), "title": string(least=1), "status": STATUS},
                {
                    "details": string("task.details"),
                    "output": string("task.output"),
                    "sources": items(URL_SOURCE),
                },
            ),
            "plan_update": typed("plan_update", {"title": string(least=1)}),
            "blocks": typed("blocks", {"blocks": blocks}),
        }
    )
)


def check_chunks(chunks: Any) -> None:
    """Refuse chunks that Slack would refuse.

    Raises:
        NotOk: invalid_chunks, with the places; msg_too_long.
    """
    problems = list(CHUNKS(chunks, Place("/chunks")))
    if problems:
        raise with_messages("invalid_chunks", problems)
    said = sum(len(c["text"]) for c in chunks if c["type"] == "markdown_text")
    if said > most("stream.markdown_text"):
        raise NotOk("msg_too_long")
