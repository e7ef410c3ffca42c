"""What opens from an answer's buttons, with the rights of whoever clicked."""

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from askwell.conversation.export import FileKind
from askwell.domain.kept import Ballot, KeptAnswer
from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks import (
    SlackView,
    correction_form,
    feedback_form,
    preferences_form,
    receipt_modal,
    sql_modal,
)
from askwell.slack.blocks.actions import Origin
from askwell.slack.clicks import Click
from askwell.slack.files import Upload, rows_upload, sql_upload
from askwell.slack.places import DIRECT, LOOK_SECONDS, Place, audience_in, look_around

Make = Callable[[KeptAnswer, Origin], SlackView]


async def show_sql(click: Click) -> None:
    """Open the SQL of an answer; raises Refused, SlackApiError, Transient, as all here do."""
    await _opened(click, sql_modal)


async def show_receipt(click: Click) -> None:
    """Open how a question was read."""
    await _opened(click, receipt_modal)


async def show_correction(click: Click) -> None:
    """Open the form that corrects what was misread."""
    await _opened(click, correction_form)


async def show_preferences(click: Click) -> None:
    """Open the settings of whoever wants them."""
    asker = await click.asker()
    preference = await click.ears.conversation.preference(asker.email)
    await _show(click, preferences_form(preference, await click.language()))


async def vote(click: Click) -> None:
    """Keep a vote; who votes against an answer is asked why."""
    ballot: Ballot = "up" if click.carried[1] == "up" else "down"
    asker = await click.asker()
    await click.ears.conversation.vote(click.turn, asker=asker, ballot=ballot)
    if ballot == "down":
        await _show(click, feedback_form(_origin(click), await click.language()))


async def send_file(click: Click) -> None:
    """Send an answer's rows to whoever wants them: into the thread only if all may see them."""
    kind: FileKind = "xlsx" if click.carried[1] == "xlsx" else "csv"
    asker, conversation = await click.asker(), click.ears.conversation
    export = await conversation.export(click.turn, asker=asker, kind=kind)
    alone = (await conversation.preference(asker.email)).private
    seen_by = audience_in(await _place(click), conversation, export)
    where = _origin(click) if seen_by == "everyone" and not alone else None
    comment = _said(export.truncated, export.rows, await click.language())
    await _upload(click, rows_upload(export), comment, where)


async def _opened(click: Click, make: Make) -> None:
    kept = await click.kept()
    view = make(kept, _origin(click))
    await _show(click, view)
    if "sql" in view.files:
        seen_by = audience_in(await _place(click), click.ears.conversation, kept)
        where = _origin(click) if seen_by == "everyone" else None
        await _upload(click, sql_upload(kept), "", where)


def _origin(click: Click) -> Origin:
    return click.origin.model_copy(update={"turn": click.turn})


async def _show(click: Click, view: SlackView) -> None:
    """Open a modal, on top of the one in which it was clicked."""
    is_modal = (click.body.get("view") or {}).get("type") == "modal"
    trigger = str(click.body["trigger_id"])
    if is_modal:
        await click.client.views_push(trigger_id=trigger, view=view.view)
    else:
        await click.client.views_open(trigger_id=trigger, view=view.view)


async def _place(click: Click) -> Place:
    if click.is_direct:
        return DIRECT
    return await look_around(
        click.client,
        click.ears.people,
        team=click.team,
        channel=click.origin.channel,
        without=frozenset({click.user, click.bot}),
        seconds=LOOK_SECONDS,
    )


async def _upload(click: Click, upload: Upload, comment: str, where: Origin | None) -> None:
    """Upload a file into the thread, or into the direct message of whoever clicked."""
    said: dict[str, Any] = {"file_uploads": [upload], "initial_comment": comment or None}
    if where is not None:
        try:
            thread = where.thread or None
            await click.client.files_upload_v2(channel=where.channel, thread_ts=thread, **said)
            return
        except SlackApiError:  # askwell is not in that channel any more
            pass
    await click.client.files_upload_v2(channel=await click.direct(), **said)


def _said(truncated: bool, rows: int, language: Language) -> str:
    if truncated:
        msgid = "There are more rows than a file may have; these are the first {n}."
        return text(msgid, language, n=rows)
    return text("Here are all {n} rows.", language, n=rows)
