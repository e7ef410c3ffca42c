"""reactions.*: emoji under a message."""

from askwell.playground import announce
from askwell.playground.methods.call import Call, Method
from askwell.playground.nouns import Json, Message
from askwell.playground.refusal import NotOk
from askwell.playground.stage import Stage


def react(stage: Stage, user: str, message: Message, name: str) -> None:
    """Add a reaction.

    Raises:
        NotOk: already_reacted.
    """
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise NotOk("already_reacted")
    users.append(user)
    stage.workspace.changed(message)
    announce.reaction(stage, "reaction_added", user, name, message)


def unreact(stage: Stage, user: str, message: Message, name: str) -> None:
    """Take a reaction away.

    Raises:
        NotOk: no_reaction.
    """
    if user not in message.reactions.get(name, []):
        raise NotOk("no_reaction")
    message.reactions[name].remove(user)
    if not message.reactions[name]:
        del message.reactions[name]
    stage.workspace.changed(message)
    announce.reaction(stage, "reaction_removed", user, name, message)


async def add(call: Call) -> Json:
    """Add the bot's reaction."""
    message = call.message(call.inside(call.channel()), "timestamp")
    react(call.stage, call.bot, message, call.args.text("name"))
    return {"ok": True}


async def remove(call: Call) -> Json:
    """Take the bot's reaction away."""
    message = call.message(call.inside(call.channel()), "timestamp")
    unreact(call.stage, call.bot, message, call.args.text("name"))
    return {"ok": True}


NEEDS = ("channel", "timestamp", "name")
METHODS = {
    "reactions.add": Method(add, ("reactions:write",), NEEDS),
    "reactions.remove": Method(remove, ("reactions:write",), NEEDS),
}
