"""The entrance: what a surface can do, each in a file of its own."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass

from askwell.conversation import answer, catalogue, correct, export, heard, seen, share, vote
from askwell.conversation.catalogue import Repertoire
from askwell.conversation.doors import Doors
from askwell.conversation.export import Export, FileKind
from askwell.conversation.seen import Shown
from askwell.conversation.steps import Step
from askwell.domain.answer import Answer
from askwell.domain.kept import Audience, Ballot, KeptAnswer, Preference
from askwell.domain.noun import Language
from askwell.domain.rights import Asker


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answer questions for anybody, and do what may be done with an answer."""

    doors: Doors

    def answer(
        self,
        question: str,
        *,
        asker: Asker,
        thread: str | None = None,
        language: Language | None = None,
        turn: str | None = None,
    ) -> AsyncGenerator[Step | Answer]:
        """Yield the steps of the work, and last the answer, which is kept by then.

        The same `turn` again gives the same answer once it is kept, and does not see itself
        as its own previous turn before. Without a turn nobody can stop the work.

        Raises:
            Misconfigured: a setting stops the work; everything else becomes an answer.
        """
        return answer.answer(
            self.doors, question, asker=asker, thread=thread, language=language, turn=turn
        )

    async def stop(self, turn: str) -> None:
        """Stop the work on a turn, in whichever process it is done."""
        await self.doors.stops.ask(turn)

    async def kept(self, turn: str) -> KeptAnswer | None:
        """Return what is kept of a turn's answer, or None."""
        return await self.doors.answers.get(turn)

    async def kept_for(self, turn: str, *, asker: Asker) -> KeptAnswer:
        """Return an answer for somebody who was given it, or may see it by rights or by a share.

        Raises:
            Refused: they may not see it, or it is gone.
        """
        return await seen.kept_for(self.doors, turn, asker)

    async def knows(self, thread: str) -> bool:
        """Tell whether anything was answered in a thread."""
        return await heard.knows(self.doors, thread)

    async def is_question(self, text: str, *, asker: Asker, thread: str) -> bool:
        """Tell whether a later message of a thread is a question for data, or for other people."""
        return await heard.is_question(self.doors, text, asker=asker, thread=thread)

    async def continue_in(self, thread: str, kept: KeptAnswer) -> None:
        """Let a follow-up in another thread go on from an answer that was shown there."""
        await heard.continue_in(self.doors, thread, kept)

    async def recent(self, asker: Asker, *, limit: int = 5) -> tuple[KeptAnswer, ...]:
        """Return a person's newest answers that they may still see, newest first."""
        found = await self.doors.answers.recent(asker.email, limit=limit)
        return tuple(kept for kept in found if self.may_see(kept, asker))

    async def vote(self, turn: str, *, asker: Asker, ballot: Ballot, reason: str = "") -> None:
        """Keep somebody's vote; the last one counts.

        Raises:
            Refused: they may not see the answer, or it is gone.
        """
        await vote.vote(self.doors, turn, asker=asker, ballot=ballot, reason=reason)

    async def tally(self, turn: str) -> tuple[int, int]:
        """Return how many votes are for an answer, and how many against it."""
        return await vote.tally(self.doors, turn)

    async def export(self, turn: str, *, asker: Asker, kind: FileKind) -> Export:
        """Return an answer's rows as a file, with the rights of whoever asks for it.

        Raises:
            Refused: they may not see the answer, it has no rows, or it is gone.
            BadQuery, TimedOut, TooLarge, Transient: as the warehouse says.
        """
        return await export.export(self.doors, turn, asker=asker, kind=kind)

    def may_see(self, shown: Shown, asker: Asker) -> bool:
        """Tell whether this person could have got all of it: every column, and no fewer rows."""
        return seen.may_see(self.doors, shown, asker)

    def audience(self, shown: Shown, *, others: Iterable[Asker], open_to_all: bool) -> Audience:
        """Return who may be shown a kept answer or a step in a place where `others` are.

        `others` are all but the asker; somebody unknown or from outside is an `Asker` without
        groups. `open_to_all`: people who are not here may come in or read along.
        """
        return seen.audience(self.doors, shown, others=others, open_to_all=open_to_all)

    def owners(self, kept: KeptAnswer) -> tuple[str, ...]:
        """Return the addresses of those who may share an answer, as far as they are known."""
        return share.owners(self.doors, kept)

    def may_share(self, kept: KeptAnswer, by: Asker) -> bool:
        """Tell whether `by` owns a table that an answer read, and may see all of it."""
        return share.may_share(self.doors, kept, by)

    async def share(self, turn: str, *, by: Asker) -> KeptAnswer:
        """Let an answer be shown to everyone.

        Raises:
            Refused: `by` owns no table that it read, may not see all of it, or it is gone.
        """
        return await share.share(self.doors, turn, by=by)

    async def correct(self, turn: str, *, asker: Asker, phrase: str, correction: str) -> str:
        """Return the question to ask again, with a misread phrase replaced.

        Raises:
            Refused: they may not see the answer, or it is gone.
        """
        return await correct.correct(
            self.doors, turn, asker=asker, phrase=phrase, correction=correction
        )

    async def catalogue(self, asker: Asker, language: Language) -> Repertoire:
        """Return what this person can ask about."""
        return await catalogue.catalogue(self.doors, asker, language)

    async def preference(self, person: str) -> Preference:
        """Return what somebody has set."""
        return await self.doors.preferences.of(person)

    async def prefer(self, preference: Preference) -> None:
        """Keep what somebody has set."""
        await self.doors.preferences.put(preference)
