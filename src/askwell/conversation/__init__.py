"""The only entrance for surfaces: a question in, progress and then one answer out."""

from askwell.conversation.catalogue import Entry, Repertoire
from askwell.conversation.conversation import Conversation
from askwell.conversation.doors import Doors
from askwell.conversation.export import Export
from askwell.conversation.steps import Step

__all__ = ["Conversation", "Doors", "Entry", "Export", "Repertoire", "Step"]
