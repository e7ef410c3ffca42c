"""What is said in a thread: whether it is meant for askwell, and where it may go on."""

from askwell.agent.understand import last_readable
from askwell.conversation.doors import Doors
from askwell.domain.intent import OpenWord, Reading, Role
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker

_LOOKED_BACK = 20
_NAMES_DATA: set[Role] = {"metric", "dimension", "filter"}


async def knows(doors: Doors, thread: str) -> bool:
    """Tell whether anything was answered in a thread."""
    return bool(await doors.turns.latest(thread, limit=1))


async def continue_in(doors: Doors, thread: str, kept: KeptAnswer) -> None:
    """Remember an answer's turn in another thread too; a second time changes nothing."""
    turns = await doors.turns.latest(kept.answer.thread, limit=_LOOKED_BACK)
    for turn in turns:
        if turn.id == kept.id:
            there = {"id": f"{turn.id}@{thread}", "thread": thread}
            await doors.turns.write(turn.model_copy(update=there))


async def is_question(doors: Doors, text: str, *, asker: Asker, thread: str) -> bool:
    """Tell whether a message of a thread is a question for data, or goes to other people."""
    context = await doors.context_of(asker)
    previous = await last_readable(thread, context)
    return _asks_for_data(context.grounding.read(text, previous=previous))


def _asks_for_data(reading: Reading) -> bool:
    """Take what names data; less, such as a past period, only with no other word beside it.

    "And branches?" is taken where "new branches" are known: what they mean is asked back.
    """
    if reading.request != "data":
        return reading.request != "chat"
    said = {line.role for line in reading.receipt} - {"not_understood"}
    alone = not reading.open_words and not reading.declines
    return bool(said & _NAMES_DATA) or (bool(said) and alone) or _asks_for_a_part(reading)


def _asks_for_a_part(reading: Reading) -> bool:
    """Tell whether something is asked in words that are each a part of a known name."""
    words = reading.open_words
    is_asked = reading.question.rstrip().endswith(("?", "？"))
    return is_asked and bool(words) and all(map(_is_part, words))


def _is_part(word: OpenWord) -> bool:
    names = (
        name.casefold() for choice in word.nearest for name in (choice.label.ko, choice.label.en)
    )
    return any(word.phrase.casefold() in name.split() for name in names)
