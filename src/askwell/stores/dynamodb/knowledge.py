"""What is known and may be edited, in DynamoDB: a version is written once, and none is lost."""

from askwell.aws import Unmet
from askwell.errors import Conflict
from askwell.stores import Published
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table, where


class DynamoDBKnowledge:
    """Keep versions of what is known; a `KnowledgeStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def newest(self, kind: str, name: str, *, after: int = 0) -> Published | None:
        """Return the newest version, or None where none is newer than `after`."""
        pk, sk = keys.knowledge(kind, name, after)
        newer = where("pk = :pk AND sk > :sk", pk=pk, sk=sk)
        found = await self._table.newest(_published, 1, newer)
        return found[0] if found else None

    async def publish(self, kind: str, name: str, body: str, *, after: int) -> int:
        """Write the version that follows `after`, and return its number.

        Raises:
            Conflict: `after` is not the newest version.
        """
        if after and not await self._table.has(keys.knowledge(kind, name, after)):
            raise Conflict(f"{kind} {name} has no version {after}; read it again")
        version = after + 1
        key, data = keys.knowledge(kind, name, version), {"version": version, "body": body}
        try:
            await self._table.put(key, data, is_new=True)
        except Unmet:
            # It may be one's own, whose answer was lost on its way.
            if await self.newest(kind, name, after=after) != Published(version, body):
                changed = f"{kind} {name} was changed by somebody else; read it again"
                raise Conflict(changed) from None
        return version


def _published(data: object) -> Published | None:
    match data:
        case {"version": int(version), "body": str(body)}:
            return Published(version, body)
        case _:
            return None
