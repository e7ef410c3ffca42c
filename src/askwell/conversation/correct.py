"""Correcting: the same question again, with a phrase replaced that was misread."""

from askwell.conversation.doors import Doors
from askwell.conversation.seen import kept_for
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker


async def correct(doors: Doors, turn: str, *, asker: Asker, phrase: str, correction: str) -> str:
    """Return the question to ask again; raises Refused as `kept_for` does."""
    kept = await kept_for(doors, turn, asker)
    return corrected(kept, phrase.strip(), correction.strip())


def corrected(kept: KeptAnswer, phrase: str, correction: str) -> str:
    """Return a question with `phrase` replaced, or added to where it does not have it.

    What is asked is the standalone question, for by now the thread may have gone on.
    """
    standalone = kept.standalone or kept.question
    for question in (standalone, kept.question):
        at = question.casefold().find(phrase.casefold()) if phrase else -1
        if at >= 0 and correction:
            return f"{question[:at]}{correction}{question[at + len(phrase) :]}"
    return f"{standalone} {correction}".strip()
