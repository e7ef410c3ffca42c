"""The Web API as slack_sdk calls it, async and sync."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Slack, User
from askwell.playground.manifest import EVERYTHING

Json = dict[str, Any]


async def refused(work: Any) -> Any:
    with pytest.raises(SlackApiError) as error:
        await work
    return error.value.response


async def test_json_form_and_query_mean_the_same(slack: Slack, general: Channel) -> None:
    url, body = f"{slack.base_url}chat.postMessage", {"channel": general.id, "text": "안녕"}
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for how in ({"json": body}, {"data": body}, {"params": body}):
            async with session.post(url, **how) as response:
                assert (await response.json())["ok"]
        async with session.post(url, data={**body, "blocks": '[{"type": "divider"}]'}) as response:
            assert (await response.json())["message"]["blocks"][0]["type"] == "divider"
        async with session.post(
            url, data=b"[1]", headers={"Content-Type": "application/json"}
        ) as r:
            assert (await r.json())["error"] == "json_not_object"
    assert [m.text for m in slack.messages(general)] == ["안녕"] * 4


async def test_the_sync_client_works_too(slack: Slack, general: Channel, ann: User) -> None:
    client = WebClient(slack.token, base_url=slack.base_url)

    def talk() -> Json:
        client.chat_postMessage(channel=general.id, text="hello")
        client.files_upload_v2(channel=general.id, content="a,b", filename="t.csv", title="T")
        found = client.users_info(user=ann.id, include_locale=True).data
        assert isinstance(found, dict)
        return found

    found = await asyncio.to_thread(talk)
    assert found["user"]["locale"] == "ko-KR"
    assert found["user"]["profile"]["email"] == "ann@acme.test"
    assert [file.content for file in slack.messages(general)[-1].files] == [b"a,b"]


async def test_who_calls(slack: Slack, client: AsyncWebClient) -> None:
    found = await client.auth_test()
    assert found["user_id"] == slack.bot
    assert found["bot_id"] == slack.installation.bot_id
    assert found["team_id"] in slack.workspace.teams


async def test_tokens_methods_and_arguments_are_checked(
    slack: Slack, client: AsyncWebClient
) -> None:
    assert (await refused(client.auth_test(token="xoxb-wrong")))["error"] == "invalid_auth"
    nobody = AsyncWebClient(base_url=slack.base_url)
    assert (await refused(nobody.auth_test()))["error"] == "not_authed"
    assert (await refused(client.api_call("chat.shout")))["error"] == "unknown_method"
    response = await refused(client.api_call("chat.postMessage", json={"text": "x"}))
    assert response["error"] == "invalid_arguments"
    assert response["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]
    wrong = await refused(client.apps_connections_open(app_token=slack.token))
    assert wrong["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named() -> None:
    few = {"scopes": {"bot": ["chat:write", "users:read", "commands"]}}
    slack = await Slack.start({**EVERYTHING, "oauth_config": few, "settings": {}})
    ann = slack.workspace.add_user("ann", email="ann@acme.test")
    closed = slack.workspace.add_channel("closed", "private", [slack.bot])
    client = AsyncWebClient(token=slack.token, base_url=slack.base_url)
    response = await refused(client.usergroups_list())
    assert response["error"] == "missing_scope"
    assert response["needed"] == "usergroups:read"
    assert response["provided"] == "assistant:write,chat:write,commands,users:read"
    response = await refused(client.conversations_replies(channel=closed.id, ts="1.0"))
    assert response["needed"] == "groups:history"
    found = await client.users_info(user=ann.id)
    assert "email" not in found["user"]["profile"]
    await slack.close()


async def test_people_and_groups(slack: Slack, client: AsyncWebClient, ann: User) -> None:
    guest = slack.workspace.add_user("gil", email="gil@x.test", is_restricted=True)
    partner = slack.workspace.add_team("Partner")
    other = slack.workspace.add_user("pat", team=partner.id, email="pat@partner.test")
    slack.workspace.add_group("finance", [ann.id])
    slack.workspace.add_group("old", [], disabled=True)
    assert (await client.users_info(user=guest.id))["user"]["is_restricted"]
    stranger = (await client.users_info(user=other.id))["user"]
    assert stranger["team_id"] == partner.id
    assert stranger["is_stranger"]
    assert (await client.users_lookupByEmail(email="ANN@acme.test"))["user"]["id"] == ann.id
    names = [user["name"] for user in (await client.users_list())["members"]]
    assert set(names) == {"bot", "ann", "gil"}
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert [(group["handle"], group["users"]) for group in groups] == [("finance", [ann.id])]
    await slack.deactivates(ann)
    assert (await client.users_info(user=ann.id))["user"]["deleted"]
    gone = await refused(client.users_lookupByEmail(email="ann@acme.test"))
    assert gone["error"] == "users_not_found"


async def test_members_come_in_pages(slack: Slack, client: AsyncWebClient) -> None:
    people = [slack.workspace.add_user(f"u{i}").id for i in range(5)]
    channel = slack.workspace.add_channel("big", members=[slack.bot, *people])
    found: list[str] = []
    async for page in await client.conversations_members(channel=channel.id, limit=2):
        found += page["members"]
    assert found == channel.members
    assert len(slack.calls("conversations.members")) == 3


async def test_channels_that_the_bot_may_not_know(
    slack: Slack, client: AsyncWebClient, ann: User
) -> None:
    public = slack.workspace.add_channel("public", members=[ann.id])
    secret = slack.workspace.add_channel("secret", "private", [ann.id])
    post = client.chat_postMessage
    assert (await refused(post(channel=public.id, text="x")))["error"] == "not_in_channel"
    assert (await refused(post(channel=secret.id, text="x")))["error"] == "channel_not_found"
    assert (await refused(post(channel="C404", text="x")))["error"] == "channel_not_found"
    await client.conversations_join(channel=public.id)
    assert (await post(channel=public.id, text="x"))["ok"]
    public.is_archived = True
    assert (await refused(post(channel=public.id, text="x")))["error"] == "is_archived"
    public.is_ext_shared = True
    assert (await client.conversations_info(channel=public.id))["channel"]["is_ext_shared"]


async def test_a_channel_that_was_left_and_a_message_that_was_deleted(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "hi")
    answer = await client.chat_postMessage(channel=general.id, text="x", thread_ts=question.ts)
    lonely = await slack.says(ann, general, "lonely")
    await slack.deletes(lonely)
    await slack.deletes(question)
    assert [m.subtype for m in slack.thread(general.id, question.ts)] == ["tombstone", None]
    for ts in (lonely.ts, question.ts):
        again = client.chat_postMessage(channel=general.id, text="x", thread_ts=ts)
        assert (await refused(again))["error"] == "message_not_found"
    gone = client.conversations_replies(channel=general.id, ts=lonely.ts)
    assert (await refused(gone))["error"] == "thread_not_found"
    await slack.leaves(slack.bot, general)
    change = client.chat_update(channel=general.id, ts=answer["ts"], text="y")
    assert (await refused(change))["error"] == "not_in_channel"


async def test_messages_are_changed_only_by_their_author(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "hi")
    own = await client.chat_postMessage(channel=general.id, text="x")
    foreign = client.chat_update(channel=general.id, ts=question.ts, text="y")
    assert (await refused(foreign))["error"] == "cant_update_message"
    await client.chat_update(channel=general.id, ts=own["ts"], text="y")
    assert slack.messages(general)[-1].text == "y"
    await client.chat_delete(channel=general.id, ts=own["ts"])
    assert slack.messages(general) == [question]


async def test_metadata_is_found_again_in_the_thread(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "hi")
    mark = {"event_type": "mark", "event_payload": {"turn": "1"}}
    posted = await client.chat_postMessage(
        channel=general.id, text="x", thread_ts=question.ts, metadata=mark
    )
    plain = await client.conversations_replies(channel=general.id, ts=question.ts)
    full = await client.conversations_replies(
        channel=general.id, ts=question.ts, include_all_metadata=True
    )
    assert "metadata" not in plain["messages"][1]
    assert full["messages"][1]["metadata"] == mark
    assert full["messages"][1]["bot_id"] == slack.installation.bot_id
    assert full["messages"][0]["reply_count"] == 1
    link = await client.chat_getPermalink(channel=general.id, message_ts=posted["ts"])
    assert f"thread_ts={question.ts}" in link["permalink"]


async def test_an_ephemeral_message_is_for_one(
    slack: Slack, client: AsyncWebClient, ann: User, bob: User, general: Channel
) -> None:
    await client.chat_postEphemeral(channel=general.id, user=ann.id, text="psst")
    assert [m.text for m in slack.ephemerals(ann, general)] == ["psst"]
    assert slack.ephemerals(bob, general) == []
    history = await client.conversations_history(channel=general.id)
    assert history["messages"] == []
    stranger = slack.workspace.add_user("zoe")
    outside = client.chat_postEphemeral(channel=general.id, user=stranger.id, text="x")
    assert (await refused(outside))["error"] == "user_not_in_channel"


async def test_a_direct_message_by_user(slack: Slack, client: AsyncWebClient, ann: User) -> None:
    opened = await client.conversations_open(users=ann.id)
    await client.chat_postMessage(channel=opened["channel"]["id"], text="one")
    await client.chat_postMessage(channel=ann.id, text="two")
    assert [m.text for m in slack.messages(slack.direct(ann))] == ["one", "two"]


async def test_status_prompts_and_sessions(
    slack: Slack, client: AsyncWebClient, ann: User, general: Channel
) -> None:
    question = await slack.says(ann, general, "hi")
    where: Json = {"channel_id": general.id, "thread_ts": question.ts}
    await client.assistant_threads_setStatus(**where, status="is thinking", loading_messages=["…"])
    assert slack.status(question) == "is thinking"
    await client.chat_postMessage(channel=general.id, text="x", thread_ts=question.ts)
    assert slack.status(question) is None
    await client.assistant_threads_setStatus(**where, status="again")
    await client.assistant_threads_setStatus(**where, status="")
    assert slack.status(question) is None
    found = await client.agents_sessions_setStatus(**where, status="processing", title="T")
    assert (found["agent_status"], found["title"]) == ("processing", "T")
    wrong = client.agents_sessions_setStatus(**where, status="busy")
    assert (await refused(wrong))["error"] == "invalid_arguments"
    prompts = [{"title": "t", "message": "m"}]
    direct = slack.direct(ann)
    await client.assistant_threads_setSuggestedPrompts(channel_id=direct.id, prompts=prompts)
    assert slack.workspace.prompts[direct.id]["prompts"] == prompts


async def test_the_home_tab_is_one_persons(slack: Slack, client: AsyncWebClient, ann: User) -> None:
    view: Json = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await client.views_publish(user_id=ann.id, view=view)
    await client.views_publish(user_id=ann.id, view=view, hash=first["view"]["hash"])
    stale = client.views_publish(user_id=ann.id, view=view, hash=first["view"]["hash"])
    assert (await refused(stale))["error"] == "hash_conflict"
    home = slack.home(ann)
    assert home
    assert home.id == first["view"]["id"]


async def test_a_trigger_opens_one_view_and_only_for_a_while(
    slack: Slack, client: AsyncWebClient, ann: User
) -> None:
    title = {"type": "plain_text", "text": "T"}
    view: Json = {"type": "modal", "title": title, "blocks": []}
    trigger = slack.tickets.trigger(ann.id)
    opened = await client.views_open(trigger_id=trigger, view=view)
    again = client.views_open(trigger_id=trigger, view=view)
    assert (await refused(again))["error"] == "exchanged_trigger_id"
    unknown = client.views_open(trigger_id="1.x", view=view)
    assert (await refused(unknown))["error"] == "invalid_trigger_id"
    slack.tickets.trigger_life = 0.0
    late = client.views_open(trigger_id=slack.tickets.trigger(ann.id), view=view)
    assert (await refused(late))["error"] == "expired_trigger_id"
    changed = {**view, "callback_id": "new"}
    await client.views_update(view_id=opened["view"]["id"], view=changed)
    modal = slack.modal(ann)
    assert modal
    assert modal.body["callback_id"] == "new"
    await slack.closes(ann, modal)
    closed = client.views_update(view_id=modal.id, view=view)
    assert (await refused(closed))["error"] == "not_found"


async def test_blocks_can_be_checked_without_a_post(client: AsyncWebClient) -> None:
    await client.blocks_validate(blocks=[{"type": "divider"}])
    wrong = client.blocks_validate(message={"blocks": [{"type": "sparkline"}]})
    assert (await refused(wrong))["error"] == "invalid_blocks"
    home: Json = {"type": "home", "blocks": [{"type": "alert"}]}
    assert (await refused(client.blocks_validate(view=home)))["error"] == "invalid_arguments"


async def test_reactions(slack: Slack, client: AsyncWebClient, ann: User, general: Channel) -> None:
    question = await slack.says(ann, general, "hi")
    where: Json = {"channel": general.id, "timestamp": question.ts}
    await client.reactions_add(name="eyes", **where)
    assert question.reactions == {"eyes": [slack.bot]}
    twice = client.reactions_add(name="eyes", **where)
    assert (await refused(twice))["error"] == "already_reacted"
    await client.reactions_remove(name="eyes", **where)
    assert question.reactions == {}


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")  # slack_sdk's own
async def test_installing_in_a_second_workspace(slack: Slack) -> None:
    partner = slack.workspace.add_team("Partner")
    pat = slack.workspace.add_user("pat", team=partner.id)
    client = AsyncWebClient(base_url=slack.base_url)
    secrets: Json = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    code = slack.install_code(partner.id)
    found = await client.oauth_v2_access(code=code, **secrets)
    assert found["team"]["id"] == partner.id
    assert found["authed_user"]["id"] == pat.id
    identity = await client.auth_test(token=found["access_token"])
    assert identity["team_id"] == partner.id
    assert (await refused(client.oauth_v2_access(code=code, **secrets)))["error"] == "invalid_code"
