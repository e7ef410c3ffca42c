"""Where askwell keeps what it remembers: one bundle of stores, whatever engine holds them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from askwell.errors import Misconfigured
from askwell.settings import Settings
from askwell.sqlite import File
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
)

DATABASE = "askwell.sqlite3"


@dataclass(frozen=True, slots=True)
class Stores:
    """Hold every store; `close` lets go of what is behind them.

    `check` raises Misconfigured, saying what to do, where that is not as it must be, and Transient
    where it does not answer.
    """

    turns: TurnStore
    answers: AnswerStore
    results: ResultStore
    audit: AuditStore
    votes: VoteStore
    stops: StopStore
    preferences: PreferenceStore
    ledger: Ledger
    budget: Budget
    knowledge: KnowledgeStore
    values: ValueStore
    check: Callable[[], Awaitable[None]]
    close: Callable[[], None]


def open_stores(settings: Settings) -> Stores:
    """Open the stores that are set.

    Raises:
        Misconfigured: the driver of DynamoDB is not installed, or no region is set.
    """
    return _dynamodb(settings) if settings.aws.table else _sqlite(settings)


def _dynamodb(settings: Settings) -> Stores:
    try:
        from askwell.stores import dynamodb
    except ImportError as error:
        raise Misconfigured(
            "ASKWELL_STORES is DynamoDB, whose driver is missing; run `pip install 'askwell[aws]'`."
        ) from error
    aws = settings.aws
    table = dynamodb.connect(aws.table, region=aws.region, bucket=aws.bucket)
    return Stores(
        turns=dynamodb.DynamoDBTurns(table),
        answers=dynamodb.DynamoDBAnswers(table),
        results=dynamodb.DynamoDBResults(table),
        audit=dynamodb.DynamoDBAudit(table),
        votes=dynamodb.DynamoDBVotes(table),
        stops=dynamodb.DynamoDBStops(table),
        preferences=dynamodb.DynamoDBPreferences(table),
        ledger=dynamodb.DynamoDBLedger(table),
        budget=dynamodb.DynamoDBBudget(table),
        knowledge=dynamodb.DynamoDBKnowledge(table),
        values=dynamodb.DynamoDBValues(table),
        check=lambda: dynamodb.check(table),
        close=table.close,
    )


def _sqlite(settings: Settings) -> Stores:
    from askwell.stores import sqlite

    file = sqlite.Database(settings.home / DATABASE)
    return Stores(
        turns=sqlite.SQLiteTurns(file),
        answers=sqlite.SQLiteAnswers(file),
        results=sqlite.SQLiteResults(file),
        audit=sqlite.SQLiteAudit(file),
        votes=sqlite.SQLiteVotes(file),
        stops=sqlite.SQLiteStops(file),
        preferences=sqlite.SQLitePreferences(file),
        ledger=sqlite.SQLiteLedger(file),
        budget=sqlite.SQLiteBudget(file),
        knowledge=sqlite.SQLiteKnowledge(file),
        values=sqlite.SQLiteValues(file),
        check=lambda: _readable(file),
        close=file.close,
    )


async def _readable(file: File) -> None:
    await file.read("SELECT count(*) FROM turns")
