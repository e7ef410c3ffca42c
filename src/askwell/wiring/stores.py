"""Where askwell keeps what it remembers: one bundle of stores, whatever engine holds them."""

from collections.abc import Callable
from dataclasses import dataclass

from askwell.settings import Settings
from askwell.stores import (
    AnswerStore,
    AuditStore,
    Budget,
    Ledger,
    PreferenceStore,
    ResultStore,
    StopStore,
    TurnStore,
    VoteStore,
)

DATABASE = "askwell.sqlite3"


@dataclass(frozen=True, slots=True)
class Stores:
    """Hold every store; `close` lets go of what is behind them."""

    turns: TurnStore
    answers: AnswerStore
    results: ResultStore
    audit: AuditStore
    votes: VoteStore
    stops: StopStore
    preferences: PreferenceStore
    ledger: Ledger
    budget: Budget
    close: Callable[[], None]


def open_stores(settings: Settings) -> Stores:
    """Open the stores that are set."""
    return _sqlite(settings)


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
        close=file.close,
    )
