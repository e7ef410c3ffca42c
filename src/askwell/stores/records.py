"""What is read back: nouns of this layout or an older one, from whatever engine kept them."""

from askwell.domain.answer import Answer
from askwell.domain.delivery import Posted
from askwell.domain.kept import KeptAnswer, Preference, Vote
from askwell.domain.result import Result
from askwell.domain.turn import Turn
from askwell.stores.encoding import restore

# What can be missed when its older layout cannot be read any more. Where `reads` is missing,
# nobody is taken to have been allowed to see the answer.
_OF_TURN = ("intent", "pending", "reads")
_OF_ANSWER = ("intent", "path", "calls", "usage", "freshness", "timings_ms", "chart")
_OF_KEPT = ("reads", "draft", "choices")


def turn(data: object) -> Turn | None:
    """Return a turn, or None if it cannot be read."""
    return restore(Turn, data, without=_OF_TURN)


def answer(data: object) -> KeptAnswer | None:
    """Return a kept answer, or None if it cannot be read."""
    if not isinstance(data, dict):
        return None
    given = restore(Answer, data.get("answer"), without=_OF_ANSWER)
    return restore(KeptAnswer, {**data, "answer": given}, without=_OF_KEPT)


def result(data: object) -> Result | None:
    """Return a result, or None if it cannot be read."""
    return restore(Result, data)


def preference(data: object) -> Preference | None:
    """Return what somebody has set, or None if it cannot be read."""
    return restore(Preference, data, without=("language",))


def vote(data: object) -> Vote | None:
    """Return a vote, or None if it cannot be read."""
    return restore(Vote, data)


def posted(data: object) -> Posted | None:
    """Return a post, or None if it cannot be read."""
    return restore(Posted, data)
