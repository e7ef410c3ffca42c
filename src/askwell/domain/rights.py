"""Who asks, and what they may read."""

import hashlib
from functools import cached_property

from askwell.domain.catalog import Condition
from askwell.domain.noun import Language, Noun


class Asker(Noun):
    """Be the person who asks. Groups come from the policy file or the identity provider."""

    email: str
    name: str = ""
    groups: tuple[str, ...] = ()
    language: Language | None = None


class TableRights(Noun):
    """Say which columns and rows of one table may be read.

    Every condition in `rows` must hold (field = a column of this table); none = all rows.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[Condition, ...] = ()


class Rights(Noun):
    """Hold what one asker may read; a table that is not named here does not exist for them.

    Rights travel in the runtime context of a turn, never in stored state.
    """

    groups: tuple[str, ...] = ()
    tables: tuple[TableRights, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Return a hash that is equal exactly when the readable tables, columns, rows are."""
        body = self.model_dump_json(include={"tables"})
        return hashlib.sha256(body.encode()).hexdigest()[:16]

    def of(self, table: str) -> TableRights | None:
        """Return the rights on `table`, or None where nothing of it may be read."""
        return next((t for t in self.tables if t.table == table), None)
