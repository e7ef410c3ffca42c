"""What happens around questions: the app is opened, work is stopped, people and tokens change."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.slack.ears import Ears
from askwell.slack.events import enterprise_of, team_of, turn_of
from askwell.slack.home import show_home, suggest
from askwell.slack.posting import EVENT_TYPE

Json = dict[str, Any]


def register(app: AsyncApp, ears: Ears) -> None:
    """Listen to what happens in the workspace."""

    @app.event("app_home_opened")
    async def on_open(body: Json, event: Json, client: AsyncWebClient) -> None:
        team, user = team_of(body), str(event["user"])
        if event.get("tab") == "messages":
            ears.chores.begin(suggest(ears, client, team, user, str(event["channel"])))
        else:
            ears.chores.begin(show_home(ears, client, team, user))

    @app.event("agent_session_stopped")
    async def on_stop(body: Json, event: Json, client: AsyncWebClient) -> None:
        await _stop(ears, client, team_of(body), str(event["channel"]), str(event["thread_ts"]))

    @app.event("user_change")
    async def on_user(body: Json, event: Json) -> None:
        ears.people.forget(team_of(body), str(event["user"]["id"]))

    @app.event("subteam_members_changed")
    async def on_group_members(body: Json, event: Json) -> None:
        changed = [*event.get("added_users", ()), *event.get("removed_users", ())]
        ears.people.forget_groups(team_of(body), changed)

    @app.event("subteam_updated")
    async def on_group(body: Json, event: Json) -> None:
        members = event.get("subteam", {}).get("users") or ()
        ears.people.forget_groups(team_of(body), members)

    @app.event("tokens_revoked")
    @app.event("app_uninstalled")
    async def on_leave(body: Json) -> None:
        await ears.workspaces.left(team_of(body), enterprise_of(body))


async def _stop(ears: Ears, client: AsyncWebClient, team: str, channel: str, thread: str) -> None:
    """Stop what is worked on in a thread."""
    waiting = await ears.inbox.waiting(f"{team}:{channel}:{thread}")
    turn = turn_of(waiting[0]) if waiting else await _begun(client, channel, thread)
    if turn:
        await ears.conversation.stop(turn)


async def _begun(client: AsyncWebClient, channel: str, thread: str) -> str:
    """Return the turn for which askwell itself began a thread, as for a command; else nothing."""
    try:
        found = await client.conversations_replies(
            channel=channel, ts=thread, limit=1, include_all_metadata=True
        )
    except SlackApiError:
        return ""
    mark = found["messages"][0].get("metadata") or {}
    if mark.get("event_type") != EVENT_TYPE:
        return ""
    return str(mark["event_payload"]["turn"])
