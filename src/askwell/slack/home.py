"""The app's own page: its Home tab, and the questions that a new chat suggests."""

from slack_sdk.web.async_client import AsyncWebClient

from askwell.domain.kept import Preference
from askwell.domain.noun import Language
from askwell.errors import Refused
from askwell.messages import text
from askwell.slack.blocks import home_view, prompts
from askwell.slack.blocks import sentence_message as sentence
from askwell.slack.clicks import Click
from askwell.slack.ears import Ears

_LANGUAGES: dict[str, Language] = {"ko": "ko", "en": "en"}


async def show_home(ears: Ears, client: AsyncWebClient, team: str, user: str) -> None:
    """Set somebody's Home tab: what they may ask, what they asked, what they have set.

    Raises:
        Transient, SlackApiError: Slack does not answer.
    """
    try:
        asker = await ears.asker(client, team, user)
    except Refused as refused:
        view = {"type": "home", "blocks": list(sentence(str(refused)).blocks)}
        await client.views_publish(user_id=user, view=view)
        return
    language = await ears.language_of(client, team, user)
    shown = home_view(
        await ears.conversation.catalogue(asker, language),
        await ears.conversation.recent(asker),
        await ears.conversation.preference(asker.email),
        language,
    )
    await client.views_publish(user_id=user, view=shown.view)


async def suggest(ears: Ears, client: AsyncWebClient, team: str, user: str, channel: str) -> None:
    """Suggest questions in somebody's chat, in their language; none to whom none are answered.

    Raises:
        Transient, SlackApiError: Slack does not answer.
    """
    try:
        asker = await ears.asker(client, team, user)
    except Refused:
        return
    language = await ears.language_of(client, team, user)
    tried = prompts(await ears.conversation.catalogue(asker, language))
    if tried:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=channel,
            title=text("Try one of these", language),
            prompts=[{"title": question, "message": question} for question in tried],
        )


async def choose_language(click: Click) -> None:
    """Keep the language that somebody chose in the Home tab; raises Refused."""
    option = click.body["actions"][0]["selected_option"]["value"]
    await _prefer(click, language=_LANGUAGES.get(option))


async def choose_privacy(click: Click) -> None:
    """Keep whether answers always go to somebody alone; raises Refused."""
    await _prefer(click, private=bool(click.body["actions"][0]["selected_options"]))


async def _prefer(click: Click, **chosen: object) -> None:
    conversation, asker = click.ears.conversation, await click.asker()
    async with click.ears.settling:
        preference = await conversation.preference(asker.email)
        await conversation.prefer(preference.model_copy(update=chosen))
    await show_home(click.ears, click.client, click.team, click.user)


def preference_of(person: str, language: str, *, private: bool) -> Preference:
    """Return what somebody filled in."""
    return Preference(person=person, language=_LANGUAGES.get(language), private=private)
