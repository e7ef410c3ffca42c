"""Votes on an answer: one a person, the last one counts."""

from askwell.conversation.doors import Doors
from askwell.conversation.seen import kept_for
from askwell.domain.kept import Ballot, Vote
from askwell.domain.rights import Asker


async def vote(doors: Doors, turn: str, *, asker: Asker, ballot: Ballot, reason: str = "") -> None:
    """Keep a vote; raises Refused as `kept_for` does."""
    await kept_for(doors, turn, asker)
    person = asker.email.casefold()
    at = doors.clock.now()
    await doors.votes.put(
        Vote(answer=turn, person=person, ballot=ballot, reason=reason.strip(), at=at)
    )


async def tally(doors: Doors, turn: str) -> tuple[int, int]:
    """Return how many votes are for an answer, and how many against it."""
    ballots = [v.ballot for v in await doors.votes.of(turn)]
    return ballots.count("up"), ballots.count("down")
