"""chat.*: messages by the bot."""

from typing import Any

from askwell.playground import announce, drawn
from askwell.playground.methods.call import Call, Method
from askwell.playground.naming import name_blocks
from askwell.playground.nouns import Channel, Json, Message
from askwell.playground.refusal import NotOk, with_messages
from askwell.playground.validation import check_message, check_metadata
from askwell.playground.validation.blocks import elements
from askwell.playground.validation.limits import most


def content(call: Call) -> Json:
    """Read and check what a message shall say."""
    args = call.args
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks = args.array("blocks", "invalid_blocks_format")
    attachments = args.array("attachments", "invalid_attachments")
    if markdown and (text or blocks):
        raise NotOk("markdown_text_conflict")
    if not (text or markdown or blocks or attachments):
        raise NotOk("no_text")
    if len(text) > most("message.text") or len(markdown) > most("markdown.text"):
        raise NotOk("msg_too_long")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    return {
        "text": text or markdown,
        "blocks": checked(call, blocks),
        "attachments": [_attachment(call, one, i) for i, one in enumerate(attachments)],
    }


def checked(call: Call, blocks: list[Any], pointer: str = "/blocks") -> list[Json]:
    """Check blocks, also that their files exist, and give ids to those without."""
    check_message(blocks, pointer)
    for index, block in enumerate(blocks):
        for part in [block, *elements(block)]:
            if "slack_file" in part:
                _known_file(call, part["slack_file"], f"{pointer}/{index}")
    return name_blocks(blocks)


def _known_file(call: Call, named: Json, pointer: str) -> None:
    files = call.stage.workspace.files.values()
    url = str(named.get("url", ""))
    if not any(f.complete and (f.id == named.get("id") or f"/files/{f.id}" in url) for f in files):
        problem = f"invalid slack file [json-pointer:{pointer}/slack_file]"
        raise with_messages("invalid_blocks", [problem])


def _attachment(call: Call, one: Any, index: int) -> Json:
    if not isinstance(one, dict):
        raise NotOk("invalid_attachments")
    if "blocks" in one:
        pointer = f"/attachments/{index}/blocks"
        return {**one, "blocks": checked(call, one["blocks"], pointer)}
    return one


def metadata(call: Call) -> Json | None:
    """Read and check a message's metadata."""
    found = call.args.json("metadata", "invalid_metadata_format")
    if found is not None:
        check_metadata(found)
    return found if isinstance(found, dict) else None


def place(call: Call) -> Channel:
    """Find where to post: a channel, or a person's direct message."""
    name = call.args.text("channel")
    user = call.stage.workspace.users.get(name)
    if user:
        return call.stage.workspace.direct(call.bot, user.id)
    return call.inside(call.channel())


def thread(call: Call, channel: Channel) -> str | None:
    """Read `thread_ts`: it must be a root, or the root of a reply is taken."""
    if "thread_ts" not in call.args:
        return None
    found = call.stage.workspace.find(channel.id, call.args.text("thread_ts"))
    alive = found and not found.visible_to
    if not found or not alive:
        raise NotOk("message_not_found")
    return found.root


def by_bot(call: Call, channel: Channel, **more: Any) -> Message:
    """Make a message of the calling bot's."""
    return Message(
        channel.id,
        call.stage.workspace.now(),
        call.bot,
        bot_id=call.installation.bot_id,
        app_id=call.stage.app.id,
        **more,
    )


def publish(call: Call, message: Message) -> Json:
    """Keep a message, tell everybody, and write the answer."""
    call.stage.workspace.add(message)
    announce.posted(call.stage, message)
    return answer(call, message)


def answer(call: Call, message: Message) -> Json:
    """Write a message in an answer."""
    body = drawn.message(message, call.installation.team, call.stage.address)
    return {"ok": True, "channel": message.channel, "ts": message.ts, "message": body}


async def post_message(call: Call) -> Json:
    """Post a message."""
    channel = place(call)
    found = content(call)
    message = by_bot(
        call, channel, **found, thread_ts=thread(call, channel), metadata=metadata(call)
    )
    return publish(call, message)


async def post_ephemeral(call: Call) -> Json:
    """Show a message to one member of a channel."""
    channel = call.inside(call.channel())
    user = call.user()
    if user.id not in channel.members:
        raise NotOk("user_not_in_channel")
    message = by_bot(
        call, channel, **content(call), thread_ts=thread(call, channel), visible_to=user.id
    )
    call.stage.workspace.add(message)
    return {"ok": True, "message_ts": message.ts}


def own(call: Call, error: str) -> Message:
    """Find a message of the calling bot's."""
    message = call.message(call.inside(call.channel()))
    if message.user != call.bot:
        raise NotOk(error)
    return message


async def update(call: Call) -> Json:
    """Change a message of the bot's; an open stream must be stopped first."""
    message = own(call, "cant_update_message")
    if call.stage.workspace.streaming(message):
        raise NotOk("streaming_state_conflict")
    found, said = content(call), metadata(call)
    previous = announce.written(call.stage, message)
    message.text = found["text"] or message.text
    if "blocks" in call.args or "text" in call.args or "markdown_text" in call.args:
        message.blocks = found["blocks"]
    message.attachments = found["attachments"] or message.attachments
    message.metadata = said or message.metadata
    message.stream = None
    message.edited = call.stage.workspace.now()
    call.stage.workspace.changed(message)
    announce.changed(call.stage, message, previous)
    return {**answer(call, message), "text": message.text}


async def delete(call: Call) -> Json:
    """Delete a message of the bot's."""
    message = own(call, "cant_delete_message")
    announce.deleted(call.stage, message)
    call.stage.workspace.delete(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


async def permalink(call: Call) -> Json:
    """Write the address of a message."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.stage.address}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": link}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",), ("channel",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",), ("channel", "user")),
    "chat.update": Method(update, ("chat:write",), ("channel", "ts")),
    "chat.delete": Method(delete, ("chat:write",), ("channel", "ts")),
    "chat.getPermalink": Method(permalink, (), ("channel", "message_ts")),
}
