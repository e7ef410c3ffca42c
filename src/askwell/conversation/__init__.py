"""The only entrance for surfaces: a question in, progress and then one answer out."""

from askwell.conversation.answer import Conversation, Step

__all__ = ["Conversation", "Step"]
