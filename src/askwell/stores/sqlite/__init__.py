"""SQLite: all stores in one file, safe with several processes and kill -9."""

from pathlib import Path

from askwell.sqlite import File
from askwell.stores.sqlite import (
    answers,
    audit,
    budget,
    ledger,
    preferences,
    results,
    stops,
    turns,
    votes,
)
from askwell.stores.sqlite.answers import SQLiteAnswers
from askwell.stores.sqlite.audit import SQLiteAudit
from askwell.stores.sqlite.budget import SQLiteBudget
from askwell.stores.sqlite.ledger import SQLiteLedger
from askwell.stores.sqlite.preferences import SQLitePreferences
from askwell.stores.sqlite.results import SQLiteResults
from askwell.stores.sqlite.stops import SQLiteStops
from askwell.stores.sqlite.turns import SQLiteTurns
from askwell.stores.sqlite.votes import SQLiteVotes

__all__ = [
    "Database",
    "SQLiteAnswers",
    "SQLiteAudit",
    "SQLiteBudget",
    "SQLiteLedger",
    "SQLitePreferences",
    "SQLiteResults",
    "SQLiteStops",
    "SQLiteTurns",
    "SQLiteVotes",
]

_TABLES = (turns, results, audit, answers, votes, stops, preferences, ledger, budget)


class Database(File):
    """Hold the one SQLite file that all stores share."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "".join(tables.SCHEMA for tables in _TABLES))
