"""The inbox's tables, and each change of them within a transaction.

Only the oldest event of a group, its head, has a time when it is `due`: at once, when its lease
runs out, or when it was given back for. So the heads are few, and in the order of delivery.
"""

import json
import sqlite3
from datetime import timedelta
from typing import Any

from askwell.domain.delivery import DeadLetter, Delivery

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
  number INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL, thread TEXT NOT NULL,
  body TEXT NOT NULL, received REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
  fence INTEGER UNIQUE, due REAL
);
CREATE INDEX IF NOT EXISTS events_of_thread ON events (thread, number);
CREATE INDEX IF NOT EXISTS heads ON events (number) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS identities (identity TEXT PRIMARY KEY, seen REAL NOT NULL)
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identities_by_age ON identities (seen);
CREATE TABLE IF NOT EXISTS fences (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS dead_letters (
  number INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL, thread TEXT NOT NULL,
  body TEXT NOT NULL, tries INTEGER NOT NULL, reference TEXT NOT NULL, reason TEXT NOT NULL,
  died REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS dead_letters_by_age ON dead_letters (died);
"""
_REMEMBERED_SECONDS = timedelta(hours=24).total_seconds()
_BURIED_SECONDS = timedelta(days=90).total_seconds()
_AT_ONCE = 0.0

IS_DUE = "SELECT 1 FROM events INDEXED BY heads WHERE due <= ? LIMIT 1"
WAITING = "SELECT identity FROM events WHERE thread = ? ORDER BY number"
DEAD_LETTERS = """
SELECT identity, thread, body, tries, reference, reason, died FROM dead_letters
ORDER BY number DESC LIMIT ?
"""
_PUT = """
INSERT INTO events (identity, thread, body, received, due) VALUES (
  :identity, :thread, :body, :now,
  CASE WHEN EXISTS (SELECT 1 FROM events WHERE thread = :thread) THEN NULL ELSE :at_once END
)
"""
_OLDEST = """
SELECT number, identity, thread, body, tries + 1, received FROM events INDEXED BY heads
WHERE due <= ? ORDER BY number LIMIT 1
"""
# Begins with the time in milliseconds, so that a new file goes on above what the ledger knows.
_NEXT_FENCE = """
INSERT INTO fences (id, last) VALUES (1, ?) ON CONFLICT DO UPDATE SET last = last + 1
RETURNING last
"""
_NEXT_HEAD = """
UPDATE events SET due = ? WHERE number = (SELECT min(number) FROM events WHERE thread = ?)
"""
_BURY = """
INSERT INTO dead_letters (identity, thread, body, tries, reference, reason, died)
SELECT identity, thread, body, tries, ?, ?, ? FROM events WHERE fence = ?
"""


def put(identity: str, group: str, body: str, now: float, connection: sqlite3.Connection) -> bool:
    """Keep an event; False if its identity is remembered."""
    connection.execute("DELETE FROM identities WHERE seen <= ?", (now - _REMEMBERED_SECONDS,))
    remember = "INSERT OR IGNORE INTO identities (identity, seen) VALUES (?, ?)"
    if not connection.execute(remember, (identity, now)).rowcount:
        return False
    values = {"identity": identity, "thread": group, "body": body, "now": now, "at_once": _AT_ONCE}
    connection.execute(_PUT, values)
    return True


def lease(
    taken: list[Delivery], now: float, seconds: float, connection: sqlite3.Connection
) -> Delivery | None:
    """Lease the oldest event that is due; add it to `taken`, for `untake`."""
    row = connection.execute(_OLDEST, (now,)).fetchone()
    if row is None:
        return None
    number, identity, group, body, tries, received = row
    (fence,) = connection.execute(_NEXT_FENCE, (int(now * 1000),)).fetchone()
    update = "UPDATE events SET fence = ?, due = ?, tries = ? WHERE number = ?"
    connection.execute(update, (fence, now + seconds, tries, number))
    delivery = Delivery(
        identity=identity,
        group=group,
        body=json.loads(body),
        tries=tries,
        fence=fence,
        received=received,
        until=now + seconds,
    )
    taken.append(delivery)
    return delivery


def untake(taken: list[Delivery], connection: sqlite3.Connection) -> None:
    """Undo a lease that nobody waits for any more, as if it had not been."""
    update = "UPDATE events SET fence = NULL, due = ?, tries = tries - 1 WHERE fence = ?"
    for delivery in taken:
        connection.execute(update, (_AT_ONCE, delivery.fence))


def extend(delivery: Delivery, until: float, connection: sqlite3.Connection) -> bool:
    """Let the lease end later; False if it is lost."""
    update = "UPDATE events SET due = ? WHERE fence = ?"
    return connection.execute(update, (until, delivery.fence)).rowcount == 1


def give_back(delivery: Delivery, due: float, connection: sqlite3.Connection) -> bool:
    """End the lease, keep the event at the head of its group; False if the lease is lost."""
    update = "UPDATE events SET fence = NULL, due = ? WHERE fence = ?"
    return connection.execute(update, (due, delivery.fence)).rowcount == 1


def done(delivery: Delivery, connection: sqlite3.Connection) -> bool:
    """Forget the event, and let the next of its group be due; False if the lease is lost."""
    delete = "DELETE FROM events WHERE fence = ?"
    if not connection.execute(delete, (delivery.fence,)).rowcount:
        return False
    connection.execute(_NEXT_HEAD, (_AT_ONCE, delivery.group))
    return True


def bury(
    delivery: Delivery, reference: str, reason: str, now: float, connection: sqlite3.Connection
) -> bool:
    """Move the event to the dead letters, and drop very old ones; False if the lease is lost."""
    connection.execute("DELETE FROM dead_letters WHERE died <= ?", (now - _BURIED_SECONDS,))
    connection.execute(_BURY, (reference, reason, now, delivery.fence))
    return done(delivery, connection)


def dead_letter(row: tuple[Any, ...]) -> DeadLetter:
    """Make a noun of a row of `DEAD_LETTERS`."""
    identity, group, body, tries, reference, reason, died = row
    return DeadLetter(
        identity=identity,
        group=group,
        body=json.loads(body),
        tries=tries,
        reference=reference,
        reason=reason,
        died=died,
    )
