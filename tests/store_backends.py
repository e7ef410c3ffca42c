"""Every engine that keeps what askwell remembers; the contract suites run over all of them."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from askwell.stores import (
    AnswerStore,
    AuditStore,
    Budget,
    KnowledgeStore,
    Ledger,
    PreferenceStore,
    ResultStore,
    StopStore,
    TurnStore,
    ValueStore,
    VoteStore,
    dynamodb,
    sqlite,
)
from dynamodb_tables import open_table


@dataclass
class Stores:
    """Hold all stores of one engine, over a clock that a test sets."""

    turns: TurnStore
    results: ResultStore
    audit: AuditStore
    answers: AnswerStore
    votes: VoteStore
    stops: StopStore
    preferences: PreferenceStore
    ledger: Ledger
    budget: Budget
    knowledge: KnowledgeStore
    values: ValueStore
    close: Callable[[], None]
    clock: list[float]


def sqlite_stores(folder: Path) -> Stores:
    """Open the stores in a file of that folder."""
    file, clock = sqlite.Database(folder / "askwell.sqlite"), _clock()

    def now() -> float:
        return clock[0]

    return Stores(
        sqlite.SQLiteTurns(file),
        sqlite.SQLiteResults(file, now),
        sqlite.SQLiteAudit(file),
        sqlite.SQLiteAnswers(file, now),
        sqlite.SQLiteVotes(file, now),
        sqlite.SQLiteStops(file, now),
        sqlite.SQLitePreferences(file),
        sqlite.SQLiteLedger(file, now),
        sqlite.SQLiteBudget(file, now),
        sqlite.SQLiteKnowledge(file),
        sqlite.SQLiteValues(file, now),
        file.close,
        clock,
    )


def dynamodb_stores(folder: Path) -> Stores:
    """Open the stores in a table that is named after the folder."""
    clock = _clock()
    name = f"t-{hashlib.sha256(str(folder).encode()).hexdigest()[:32]}"
    return in_table(open_table(name, now=lambda: clock[0]), clock)


def in_table(table: dynamodb.Table, clock: list[float]) -> Stores:
    """Return the stores of a table."""
    return Stores(
        dynamodb.DynamoDBTurns(table),
        dynamodb.DynamoDBResults(table),
        dynamodb.DynamoDBAudit(table),
        dynamodb.DynamoDBAnswers(table),
        dynamodb.DynamoDBVotes(table),
        dynamodb.DynamoDBStops(table),
        dynamodb.DynamoDBPreferences(table),
        dynamodb.DynamoDBLedger(table),
        dynamodb.DynamoDBBudget(table),
        dynamodb.DynamoDBKnowledge(table),
        dynamodb.DynamoDBValues(table),
        table.close,
        clock,
    )


def _clock() -> list[float]:
    """Begin now: DynamoDB Local really deletes what is over by its own clock."""
    return [float(int(time.time()))]


BACKENDS: dict[str, Callable[[Path], Stores]] = {
    "sqlite": sqlite_stores,
    "dynamodb": dynamodb_stores,
}
