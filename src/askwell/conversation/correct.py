"""Correcting: the same question again, with a phrase replaced that was misread."""

import re

from askwell.conversation.doors import Doors
from askwell.conversation.seen import kept_for
from askwell.domain.kept import KeptAnswer
from askwell.domain.rights import Asker
from askwell.language import particles


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
            return question[:at] + _fitted(correction, question[at + len(phrase) :])
    return f"{standalone} {correction}".strip()


def _fitted(word: str, rest: str) -> str:
    """Put `word` before `rest`; a Korean particle that begins it becomes the one that fits."""
    for pair in particles.pairs():
        for particle in pair.split("/"):
            if re.match(rf"{particle}(?!\w)", rest):
                return particles.attach(word, pair) + rest[len(particle) :]
    return word + rest
