"""Forms: a correction asks anew, a reason goes to the vote, settings are kept."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from askwell.errors import Refused
from askwell.slack import home
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.forms import WHOLE_QUESTION
from askwell.slack.clicks import Click
from askwell.slack.ears import Ears
from askwell.slack.events import Event

Json = dict[str, Any]


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to what people submit."""

    @app.view(ids.CORRECTION_FORM)
    async def on_correction(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        try:
            await ears.keep(await _corrected(Click.of(ears, body, context)))
        except Refused as refused:
            await ack(response_action="errors", errors={ids.MEANT: str(refused)})
        else:
            await ack(response_action="clear")

    @app.view(ids.FEEDBACK_FORM)
    async def on_feedback(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        click = Click.of(ears, body, context)
        ears.chores.begin(click.kindly(_give_reason(click)))

    @app.view(ids.PREFERENCES_FORM)
    async def on_preferences(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        click = Click.of(ears, body, context)
        ears.chores.begin(click.kindly(_keep_preferences(click)))


async def _corrected(click: Click) -> Event:
    """Return the question to ask again, in the thread where the form was opened."""
    kept, place = await click.kept(), click.origin
    number = _state(click, ids.PHRASE)["selected_option"]["value"]
    phrase = "" if number == WHOLE_QUESTION else kept.answer.receipt[int(number)].phrase
    meant = str(_state(click, ids.MEANT).get("value") or "")
    question = await click.ears.conversation.correct(
        kept.id, asker=await click.asker(), phrase=phrase, correction=meant
    )
    return click.asks("correction", question, place.channel, place.thread)


async def _give_reason(click: Click) -> None:
    ticked = _state(click, ids.REASONS).get("selected_options") or []
    said = [str(option["value"]) for option in ticked]
    remark = str(_state(click, ids.REMARK).get("value") or "")
    reason = ": ".join(part for part in (", ".join(said), remark) if part)
    asker = await click.asker()
    await click.ears.conversation.vote(click.turn, asker=asker, ballot="down", reason=reason)


async def _keep_preferences(click: Click) -> None:
    asker = await click.asker()
    language = _state(click, ids.LANGUAGE).get("selected_option") or {}
    private = bool(_state(click, ids.PRIVACY).get("selected_options"))
    chosen = home.preference_of(asker.email, str(language.get("value")), private=private)
    await click.ears.conversation.prefer(chosen)
    await home.show_home(click.ears, click.client, click.team, click.user)


def _state(click: Click, name: str) -> dict[str, Any]:
    """Return what stands in an input; Slack leaves out what was never touched."""
    values: dict[str, Any] = click.body["view"]["state"]["values"]
    found: dict[str, Any] = values.get(name, {}).get(name, {})
    return found
