"""Who may see an answer that is kept, and where it may be shown."""

from collections.abc import Iterable
from typing import Protocol

from askwell.conversation.doors import Doors
from askwell.domain.kept import Audience, KeptAnswer
from askwell.domain.noun import Language
from askwell.domain.rights import Asker, TableRights
from askwell.errors import Refused
from askwell.messages import text
from askwell.rights import covers, is_restricted


class Shown(Protocol):
    """Be what says which columns it shows: a kept answer, or a step."""

    @property
    def reads(self) -> tuple[TableRights, ...] | None:
        """Return what was read, by table; None where it is not known."""
        ...


def may_see(doors: Doors, shown: Shown, asker: Asker) -> bool:
    """Tell whether this person could have got all of it: every column, and no fewer rows."""
    return covers(doors.rights_of(asker), shown.reads)


def audience(doors: Doors, shown: Shown, *, others: Iterable[Asker], open_to_all: bool) -> Audience:
    """Return who may be shown this in a place where `others` are, besides whoever asked."""
    if isinstance(shown, KeptAnswer) and shown.audience == "everyone":
        return "everyone"
    if shown.reads == ():
        return "everyone"  # it says nothing about the data
    if open_to_all and is_restricted(shown.reads, doors.catalog()):
        return "asker"
    alike = {asker.groups: asker for asker in others}  # rights depend on groups alone
    seen = all(may_see(doors, shown, asker) for asker in alike.values())
    return "everyone" if seen and shown.reads is not None else "asker"


async def kept_for(doors: Doors, turn: str, asker: Asker) -> KeptAnswer:
    """Return an answer for somebody who was given it, or may see it by rights or by a share.

    Raises:
        Refused: nothing is kept, or this person may not see it.
    """
    kept = await doors.answers.get(turn)
    if kept is None:
        raise Refused(text(_GONE, spoken(asker, doors)), rule="gone")
    own = kept.asker.casefold() == asker.email.casefold()
    if own or kept.audience == "everyone" or may_see(doors, kept, asker):
        return kept
    raise Refused(text(_HIDDEN, spoken(asker, doors)))


def require_rights(doors: Doors, kept: KeptAnswer, asker: Asker) -> None:
    """Let only those pass whose own rights give all of an answer.

    Raises:
        Refused: they do not.
    """
    if not may_see(doors, kept, asker):
        raise Refused(text(_HIDDEN, spoken(asker, doors)))


def spoken(asker: Asker, doors: Doors) -> Language:
    """Return the language in which to refuse somebody."""
    return asker.language or doors.language


_GONE = "That answer is not kept any more. Please ask the question again."
_HIDDEN = "You may not read all that this answer shows. Please ask the data team for the right."
