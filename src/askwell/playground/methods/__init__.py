"""The Web API's methods by name; each family has its file."""

from askwell.playground.methods import (
    assistant,
    blocks,
    chat,
    conversations,
    files,
    identity,
    reactions,
    streams,
    users,
    views,
)
from askwell.playground.methods.call import Call, Method

METHODS: dict[str, Method] = {
    **identity.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **assistant.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
    **blocks.METHODS,
    **reactions.METHODS,
    **files.METHODS,
}

__all__ = ["METHODS", "Call", "Method"]
