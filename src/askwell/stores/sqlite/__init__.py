"""SQLite: all stores in one file, safe with several processes and kill -9."""

from pathlib import Path

from askwell.sqlite import File
from askwell.stores.sqlite import (
    answers,
    audit,
    budget,
    knowledge,
    ledger,
    preferences,
    results,
    stops,
    turns,
    values,
    votes,
)
from askwell.stores.sqlite.answers import SQLiteAnswers
from askwell.stores.sqlite.audit import SQLiteAudit
from askwell.stores.sqlite.budget import SQLiteBudget
from askwell.stores.sqlite.knowledge import SQLiteKnowledge
from askwell.stores.sqlite.ledger import SQLiteLedger
from askwell.stores.sqlite.preferences import SQLitePreferences
from askwell.stores.sqlite.results import SQLiteResults
from askwell.stores.sqlite.stops import SQLiteStops
from askwell.stores.sqlite.turns import SQLiteTurns
from askwell.stores.sqlite.values import SQLiteValues
from askwell.stores.sqlite.votes import SQLiteVotes

__all__ = [
    "Database",
    "SQLiteAnswers",
    "SQLiteAudit",
    "SQLiteBudget",
    "SQLiteKnowledge",
    "SQLiteLedger",
    "SQLitePreferences",
    "SQLiteResults",
    "SQLiteStops",
    "SQLiteTurns",
    "SQLiteValues",
    "SQLiteVotes",
]

_TABLES = (
    *(turns, results, audit, answers, votes, stops, preferences, ledger, budget),
    *(knowledge, values),
)


class Database(File):
    """Hold the one SQLite file that all stores share."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "".join(tables.SCHEMA for tables in _TABLES))
