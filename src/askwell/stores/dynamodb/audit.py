"""The audit in DynamoDB: appended to, never changed, kept for good."""

import uuid
from collections.abc import Mapping
from contextlib import suppress

from askwell.aws import Unmet
from askwell.domain.noun import Scalar
from askwell.stores.dynamodb import keys
from askwell.stores.dynamodb.table import Table


class DynamoDBAudit:
    """Keep who read what; an `AuditStore`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def record(self, event: Mapping[str, Scalar]) -> None:
        """Append one event; a day is spread over a few partitions."""
        name = uuid.uuid4()
        key = keys.audit(self._table.stamp(), name.hex, name.int % keys.SHARDS)
        with suppress(Unmet):  # it was written, and the answer was lost on its way
            await self._table.put(key, dict(event), is_new=True)
