"""Sharing: an owner of the data shows an answer to all of the place where it was asked."""

from askwell.conversation.doors import Doors
from askwell.conversation.seen import kept_for, may_see, require_rights, spoken
from askwell.domain.catalog import Table
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker
from askwell.errors import Refused
from askwell.messages import text
from askwell.rights import owns

_NOT_OWNER = "Only an owner of this data may share it. Please ask {owner}."
_NO_OWNER = "Nobody is named as the owner of this data, so it cannot be shared."


def owners(doors: Doors, kept: KeptAnswer) -> tuple[str, ...]:
    """Return the addresses of those who may share an answer, as far as they are known.

    An owner that is an address may be a team's, which nobody answers: see `may_share`.
    """
    addresses = [t.owner.strip() for t in _tables(doors, kept) if "@" in t.owner]
    named = [person.email for person in doors.named() if may_share(doors, kept, person)]
    return tuple(dict.fromkeys((*addresses, *named)))


def may_share(doors: Doors, kept: KeptAnswer, by: Asker) -> bool:
    """Tell whether this person owns a table that an answer read, and may see all of it."""
    return may_see(doors, kept, by) and any(owns(by, table) for table in _tables(doors, kept))


async def share(doors: Doors, turn: str, *, by: Asker) -> KeptAnswer:
    """Let an answer be shown to everyone.

    Raises:
        Refused: this person owns no table that it read, may not see all of it, or it is gone.
    """
    kept = await kept_for(doors, turn, by)
    require_rights(doors, kept, by)
    if not may_share(doors, kept, by):
        raise Refused(_refusal(doors, kept, by), rule="owner")
    shared = kept.model_copy(update={"audience": "everyone"})
    await doors.answers.put(shared)
    return shared


def _tables(doors: Doors, kept: KeptAnswer) -> list[Table]:
    known = doors.catalog().table_named
    return [known[r.table] for r in kept.reads or () if r.table in known]


def _refusal(doors: Doors, kept: KeptAnswer, by: Asker) -> str:
    owners = [t.owner for t in _tables(doors, kept) if t.owner.strip()]
    named = ", ".join(dict.fromkeys(owners))
    language = spoken(by, doors)
    return text(_NOT_OWNER, language, owner=named) if named else text(_NO_OWNER, language)
