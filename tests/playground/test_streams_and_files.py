"""Streaming methods with their states, and files in three steps."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_chat_stream import AsyncChatStream
from slack_sdk.web.async_client import AsyncWebClient

from askwell.playground import Channel, Message, Slack, User

Json = dict[str, Any]
MARK = {"event_type": "mark", "event_payload": {"turn": "1"}}


@pytest.fixture
async def question(slack: Slack, ann: User, general: Channel) -> Message:
    return await slack.says(ann, general, "how many?")


async def streamed(client: AsyncWebClient, question: Message, **more: Any) -> AsyncChatStream:
    team = (await client.auth_test())["team_id"]
    return await client.chat_stream(
        channel=question.channel,
        thread_ts=question.ts,
        recipient_team_id=team,
        recipient_user_id=question.user,
        **more,
    )


async def test_a_stream_grows_and_ends(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    stream = await streamed(client, question, task_display_mode="plan")
    task = TaskUpdateChunk(id="1", title="Understand", status="in_progress")
    await stream.append(chunks=[PlanUpdateChunk(title="Working"), task])
    [answer] = slack.answers(question)
    assert slack.workspace.streaming(answer)
    assert [block["type"] for block in answer.blocks] == ["plan"]
    done = TaskUpdateChunk(id="1", title="Understood", status="complete", details="revenue")
    await stream.append(chunks=[done])
    await stream.append(markdown_text="**13**", chunks=[])
    await stream.stop(blocks=[{"type": "divider"}], metadata=MARK)
    assert not slack.workspace.streaming(answer)
    assert [block["type"] for block in answer.blocks] == ["plan", "markdown", "divider"]
    [card] = answer.blocks[0]["tasks"]
    assert (card["title"], card["status"]) == ("Understood", "complete")
    assert answer.text == "**13**"
    assert answer.metadata == MARK
    assert slack.answers(question) == [answer]


async def test_a_timeline_keeps_its_order(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    stream = await streamed(client, question)
    for name in ("a", "b"):
        await stream.append(chunks=[TaskUpdateChunk(id=name, title=name, status="pending")])
        await stream.append(markdown_text=name, chunks=[])
    await stream.stop()
    [answer] = slack.answers(question)
    kinds = [block["type"] for block in answer.blocks]
    assert kinds == ["task_card", "markdown", "task_card", "markdown"]


async def test_an_open_stream_refuses_an_update_and_a_dead_one_takes_it(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    stream = await streamed(client, question)
    await stream.append(markdown_text="so far", chunks=[])
    where: Json = {"channel": question.channel, "ts": stream.ts}
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await client.chat_update(**where, text="x")
    [answer] = slack.answers(question)
    slack.kill_stream(answer)
    for call in (stream.append(markdown_text="more", chunks=[]), stream.stop()):
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await call
    await client.chat_update(**where, text="whole")
    assert answer.text == "whole"


async def test_a_stream_dies_of_age(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    slack.workspace.stream_life = 0.0
    stream = await streamed(client, question)
    await stream.append(markdown_text="so far", chunks=[])
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await stream.append(markdown_text="more", chunks=[])


async def test_a_stopped_stream_stays_stopped(client: AsyncWebClient, question: Message) -> None:
    stream = await streamed(client, question)
    await stream.append(markdown_text="x", chunks=[])
    await stream.stop()
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_stopStream(channel=question.channel, ts=stream.ts or "")


@pytest.mark.parametrize(
    ("left_out", "more", "error"),
    [
        ("recipient_team_id", {}, "missing_recipient_team_id"),
        ("recipient_user_id", {}, "missing_recipient_user_id"),
        ("", {"recipient_user_id": "U404"}, "user_not_found"),
        ("", {"recipient_team_id": "T404"}, "team_not_found"),
        ("", {"metadata": MARK}, "invalid_arguments"),
        ("", {"task_display_mode": "grid"}, "invalid_arguments"),
        ("thread_ts", {}, "invalid_arguments"),
        ("", {"thread_ts": "1.0"}, "message_not_found"),
    ],
)
async def test_what_a_start_must_have(
    slack: Slack,
    client: AsyncWebClient,
    question: Message,
    left_out: str,
    more: Json,
    error: str,
) -> None:
    body = {
        "channel": question.channel,
        "thread_ts": question.ts,
        "recipient_team_id": slack.installation.team,
        "recipient_user_id": question.user,
        **more,
    }
    body.pop(left_out, None)
    with pytest.raises(SlackApiError, match=error):
        await client.api_call("chat.startStream", json=body)


async def test_no_recipient_is_needed_in_a_direct_message(
    slack: Slack, client: AsyncWebClient, ann: User
) -> None:
    question = await slack.says(ann, slack.direct(ann), "how many?")
    stream = await client.chat_stream(channel=question.channel, thread_ts=question.ts)
    await stream.append(markdown_text="13", chunks=[])
    await stream.stop()
    assert [one.text for one in slack.answers(question)] == ["13"]


async def test_several_files_come_in_one_message(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    uploaded = await client.files_upload_v2(
        file_uploads=[
            {"content": b"a,b\n1,2\n", "filename": "rows.csv", "title": "Rows"},
            {"content": b"\x89PNG", "filename": "chart.png", "alt_txt": "a rising line"},
        ],
        channel=question.channel,
        thread_ts=question.ts,
        initial_comment="all of it",
    )
    [message] = slack.answers(question)
    assert message.text == "all of it"
    assert [(f.name, f.content, f.alt_text) for f in message.files] == [
        ("rows.csv", b"a,b\n1,2\n", None),
        ("chart.png", b"\x89PNG", "a rising line"),
    ]
    found = await client.files_info(file=uploaded["files"][0]["id"])
    assert found["file"]["shares"]["public"][question.channel][0]["ts"] == message.ts


async def test_a_private_file_is_shown_by_an_image_block(
    slack: Slack, client: AsyncWebClient, question: Message
) -> None:
    uploaded = await client.files_upload_v2(content=b"\x89PNG", filename="chart.png")
    image = {"type": "image", "alt_text": "a", "slack_file": {"id": uploaded["file"]["id"]}}
    where: Json = {"channel": question.channel, "text": "x"}
    await client.chat_postMessage(**where, blocks=[image])
    image["slack_file"] = {"id": "F404"}
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(**where, blocks=[image])


async def test_a_file_goes_only_under_a_root(
    slack: Slack, client: AsyncWebClient, question: Message, bob: User
) -> None:
    reply = await slack.says(bob, question.channel, "me too", question)
    with pytest.raises(SlackApiError, match="invalid_thread_ts"):
        await client.files_upload_v2(
            content="x", filename="x.csv", channel=question.channel, thread_ts=reply.ts
        )
