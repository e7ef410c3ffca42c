"""Where everything is in the one table; docs/dynamodb.md has the same as a table."""

from typing import NamedTuple

BY_TIME = "by_time"  # local: of a thread, by `at`
BY_PERSON = "by_person"  # global: of a `person`, by `asked`
SHARDS = 4  # of a day's audit


class Key(NamedTuple):
    """Be the primary key of an item."""

    pk: str
    sk: str


def thread(name: str) -> str:
    """Return the partition of a thread's turns."""
    return f"THREAD#{name}"


def turn(thread_name: str, name: str) -> Key:
    """Return the key of a turn."""
    return Key(thread(thread_name), f"TURN#{name}")


def answer(name: str) -> Key:
    """Return the key of an answer; its votes are beside it."""
    return Key(f"ANSWER#{name}", "ANSWER")


def vote(answer_name: str, who: str = "") -> Key:
    """Return the key of a person's vote; without a person, what all of an answer's begin with."""
    return Key(f"ANSWER#{answer_name}", f"VOTE#{who}")


def person(email: str) -> Key:
    """Return the key of a person's preferences; its partition is also theirs in `by_person`."""
    return Key(f"PERSON#{email}", "PREFERENCE")


def stop(turn_name: str) -> Key:
    """Return the key of the wish to stop a turn."""
    return Key(f"STOP#{turn_name}", "STOP")


def ledger(question: str) -> Key:
    """Return the key of what was posted for a question."""
    return Key(f"LEDGER#{question}", "LEDGER")


def result(name: str) -> Key:
    """Return the key of a result's rows."""
    return Key(f"RESULT#{name}", "RESULT")


def audit(at: str, name: str, shard: int) -> Key:
    """Return the key of an audited event; `at` begins with its day."""
    return Key(f"AUDIT#{at[:10]}#{shard}", f"{at}#{name}")


def budget(name: str, minute: int) -> Key:
    """Return the key of what one minute has spent."""
    return Key(f"BUDGET#{name}", f"MINUTE#{minute:012d}")


def knowledge(kind: str, name: str, version: int) -> Key:
    """Return the key of one version of something known."""
    return Key(f"KNOWLEDGE#{kind}#{name}", f"VERSION#{version:012d}")


def value(name: str) -> Key:
    """Return the key of a small value, such as a workspace's token."""
    return Key(f"VALUE#{name}", "VALUE")
