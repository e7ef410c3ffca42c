"""Files that go along with an answer: the chart's picture, the whole table, long SQL."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slack_sdk.errors import SlackApiError

from askwell.charts import draw
from askwell.conversation import Conversation, Export
from askwell.domain.answer import Chart
from askwell.domain.delivery import Posted
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker
from askwell.errors import BadQuery, Refused, TooLarge
from askwell.messages import text
from askwell.slack.blocks import FileKind, SlackMessage, sentence_message
from askwell.slack.posting import Desk, Where, is_gone

_LOG = logging.getLogger("askwell")

_NO_FILE = "The file could not be made. Please ask for it again in a moment."
CHART = "chart"
FILES = "file"
Upload = dict[str, Any]


async def chart_file(desk: Desk, chart: Chart, alt: str) -> str | None:
    """Return the id of the uploaded picture, which only a message shows; None where that fails.

    Raises:
        Transient: Slack does not answer; LostLease.
    """
    if CHART in desk.known:
        return desk.known[CHART].ts
    picture = await asyncio.to_thread(_drawn, chart)
    upload = {"content": picture, "filename": "chart.png", "title": chart.title, "alt_txt": alt}
    try:
        # Nobody sees a file that no message shows, so a second one does no harm.
        sent = await desk.insist(lambda: desk.call(desk.client.files_upload_v2, **upload))
    except SlackApiError as error:
        _LOG.warning("no picture of a chart: %s", error)
        return None
    posted = await desk.record(CHART, "", str(sent["files"][0]["id"]))
    return posted.ts


def _drawn(chart: Chart) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chart.png"
        draw(chart, path)
        return path.read_bytes()


async def attach(
    desk: Desk,
    conversation: Conversation,
    kept: KeptAnswer,
    message: SlackMessage,
    asker: Asker,
    where: Where,
) -> None:
    """Put the files that a message asks for under it, once.

    Raises:
        Transient: Slack or the warehouse does not answer; LostLease.
    """
    kinds = [kind for kind in message.files if kind != "chart"]
    if not kinds or FILES in desk.known:
        return
    try:
        uploads = [await _upload(conversation, kept, asker, kind) for kind in kinds]
        await desk.insist(lambda: _once(desk, uploads, kept, where))
    except (Refused, BadQuery, TooLarge, SlackApiError) as error:
        if isinstance(error, SlackApiError) and is_gone(error):
            raise
        _LOG.warning("no files with answer %s: %s", kept.id, error)
        why = str(error) if isinstance(error, Refused) else text(_NO_FILE, kept.answer.language)
        await desk.post(FILES, sentence_message(why), where)


async def _upload(
    conversation: Conversation, kept: KeptAnswer, asker: Asker, kind: FileKind
) -> Upload:
    if kind not in ("csv", "xlsx"):
        return sql_upload(kept)
    export = await conversation.export(kept.answer.files_of or kept.id, asker=asker, kind=kind)
    return rows_upload(export)


def sql_upload(kept: KeptAnswer) -> Upload:
    """Return an answer's SQL as a file."""
    return {"content": kept.answer.sql or "", "filename": "askwell.sql", "title": "SQL"}


def rows_upload(export: Export) -> Upload:
    """Return an answer's rows as a file."""
    return {"content": export.content, "filename": export.name, "title": export.name}


async def _once(desk: Desk, uploads: Sequence[Upload], kept: KeptAnswer, where: Where) -> Posted:
    names = {upload["filename"] for upload in uploads}
    ts = await _found(desk, names, where) if desk.must_look else ""
    if not ts:
        await desk.boundary("before_send")
        comment = text("Here it is as a file, whole.", kept.answer.language)
        sent = await desk.call(
            desk.client.files_upload_v2,
            file_uploads=[dict(upload) for upload in uploads],
            channel=where.channel,
            thread_ts=where.thread or None,
            initial_comment=comment,
        )
        await desk.boundary("read_unrecorded")
        ts = str(sent["files"][0]["id"])
    return await desk.record(FILES, where.channel, ts)


async def _found(desk: Desk, names: set[str], where: Where) -> str:
    """Return the ts of a message with these files: they carry no mark."""
    async for message in desk.own(where):
        if names <= {file.get("name") for file in message.get("files") or []}:
            return str(message["ts"])
    return ""
