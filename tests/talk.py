"""Talk with one open askwell from plain tests: a question in, an answer out."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from askwell import wiring
from askwell.agent.state import Context
from askwell.conversation import Conversation
from askwell.demo import ANALYST
from askwell.domain.answer import Answer
from askwell.domain.noun import Language
from askwell.domain.rights import Asker
from askwell.domain.turn import Turn
from askwell.settings import Settings
from askwell.stores import TurnStore


class CountedTurns:
    """Be a store of turns that counts what is asked of it."""

    def __init__(self, turns: TurnStore) -> None:
        self.turns = turns
        self.reads = 0
        self.writes = 0

    async def write(self, turn: Turn) -> None:
        self.writes += 1
        await self.turns.write(turn)

    async def latest(self, thread: str, *, limit: int = 1) -> tuple[Turn, ...]:
        self.reads += 1
        return await self.turns.latest(thread, limit=limit)


class Talk:
    """Hold one open askwell and one event loop; `turns` counts the reads of past turns."""

    def __init__(self, settings: Settings) -> None:
        self.app = wiring.open_askwell(settings)
        self.runner = asyncio.Runner()
        self.turns = CountedTurns(self.runner.run(self._context()).turns)
        doors = self.app.conversation().doors
        self.conversation = Conversation(replace(doors, context_of=self._counted))

    async def _context(self) -> Context:
        return await self.app.context_of(self.app.policy.asker(ANALYST))

    async def _counted(self, asker: Asker) -> Context:
        return replace(await self.app.context_of(asker), turns=self.turns)

    def ask(
        self,
        question: str,
        *,
        thread: str | None = None,
        who: str = ANALYST,
        language: Language | None = None,
    ) -> Answer:
        return self.runner.run(self._ask(question, thread, who, language))

    async def _ask(
        self, question: str, thread: str | None, who: str, language: Language | None
    ) -> Answer:
        asker = self.app.policy.asker(who)
        stream = self.conversation.answer(question, asker=asker, thread=thread, language=language)
        *_, last = [item async for item in stream]
        assert isinstance(last, Answer)
        return last

    def go_on(self, questions: Sequence[str], *, who: str = ANALYST) -> list[Answer]:
        """Ask one after the other in a thread of their own."""
        answers: list[Answer] = []
        for question in questions:
            thread = answers[-1].thread if answers else None
            answers.append(self.ask(question, thread=thread, who=who))
        return answers

    def close(self) -> None:
        self.runner.run(self.app.close())
        self.runner.close()
