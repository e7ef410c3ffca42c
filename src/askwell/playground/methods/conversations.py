"""conversations.*: channels, their members and their history."""

from askwell.playground import announce, drawn
from askwell.playground.methods.call import FAMILIES, Call, Method, page
from askwell.playground.nouns import Channel, Json, Message
from askwell.playground.refusal import NotOk


async def info(call: Call) -> Json:
    """Describe a channel."""
    channel = call.channel(scope="read")
    members = call.args.flag("include_num_members")
    return {"ok": True, "channel": drawn.channel(channel, call.bot, members=members)}


async def members(call: Call) -> Json:
    """List the members of a channel, page by page."""
    channel = call.channel(scope="read")
    found = page([{"id": one} for one in channel.members], call, "members")
    return {**found, "members": [one["id"] for one in found["members"]]}


async def listed(call: Call) -> Json:
    """List the channels that the bot may know of."""
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = {kinds[t] for t in call.args.names("types") or ["public_channel"] if t in kinds}
    for kind in wanted:
        call.scope(f"{FAMILIES[kind]}:read")
    found = [
        drawn.channel(channel, call.bot)
        for channel in call.stage.workspace.channels.values()
        if channel.kind in wanted and (channel.kind == "public" or call.bot in channel.members)
    ]
    return page(found, call, "channels")


async def opened(call: Call) -> Json:
    """Open a direct message with one person."""
    names = call.args.names("users")
    if len(names) != 1:
        raise NotOk("users_list_not_supplied" if not names else "method_not_supported")
    user = call.stage.workspace.users.get(names[0])
    if user is None:
        raise NotOk("user_not_found")
    if user.deleted:
        raise NotOk("user_disabled")
    channel = call.stage.workspace.direct(call.bot, user.id)
    return {"ok": True, "channel": drawn.channel(channel, call.bot)}


async def join(call: Call) -> Json:
    """Join a public channel."""
    channel = call.channel()
    if channel.kind != "public":
        raise NotOk("method_not_supported_for_channel_type")
    if call.bot not in channel.members:
        channel.members.append(call.bot)
        announce.membership(call.stage, "member_joined_channel", call.bot, channel)
    return {"ok": True, "channel": drawn.channel(channel, call.bot)}


def _within(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = call.args.text("oldest", "0"), call.args.text("latest", "9999999999")
    inclusive = call.args.flag("inclusive")
    return [
        m for m in messages if oldest < m.ts < latest or (inclusive and m.ts in (oldest, latest))
    ]


def _written(call: Call, channel: Channel, message: Message) -> Json:
    keep = call.args.flag("include_all_metadata")
    team = call.stage.workspace.users[message.user].team
    body = drawn.message(message, team, call.stage.address, metadata=keep)
    replies = list(call.stage.workspace.replies(channel.id, message.ts))
    if replies:
        body |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "latest_reply": replies[-1].ts,
        }
    return body


async def replies(call: Call) -> Json:
    """Read a thread, oldest first."""
    channel = call.inside(call.channel(scope="history"))
    call.args.need("ts")
    ts = call.args.text("ts")
    found = call.stage.workspace.find(channel.id, ts)
    thread = call.stage.workspace.thread(channel.id, found.root if found else ts)
    if not thread:
        raise NotOk("thread_not_found")
    kept = [_written(call, channel, m) for m in _within(call, thread)]
    return page(kept, call, "messages")


async def history(call: Call) -> Json:
    """Read a channel, newest first, without replies."""
    channel = call.inside(call.channel(scope="history"))
    messages = [
        m
        for m in call.stage.workspace.messages(channel.id)
        if m.thread_ts in (None, m.ts) and not m.visible_to
    ]
    kept = [_written(call, channel, m) for m in reversed(_within(call, messages))]
    return page(kept, call, "messages")


METHODS = {
    "conversations.info": Method(info, (), ("channel",)),
    "conversations.members": Method(members, (), ("channel",)),
    "conversations.list": Method(listed),
    "conversations.open": Method(opened, ("im:write",)),
    "conversations.join": Method(join, ("channels:join",), ("channel",)),
    "conversations.replies": Method(replies, (), ("channel", "ts")),
    "conversations.history": Method(history, (), ("channel",)),
}
