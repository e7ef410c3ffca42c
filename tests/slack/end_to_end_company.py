"""The demo company in a local Slack as the playground opens it, and its warehouse to compare with.

Nothing of askwell is replaced: its own policy, its listeners, its worker, in either mode. Only the
warehouse is a copy in which one table takes forever, so that an answer can be stopped.
"""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import duckdb
from app_house import PATIENCE, Mode, local_slack, slack_settings

from askwell import wiring
from askwell.playground import Channel, Message, Slack, User, View
from askwell.settings import Settings
from askwell.slack.blocks import actions as ids
from askwell.wiring.playground import move_in
from askwell.wiring.slack_app import InSlack, in_slack
from audited import newest_record

Row = tuple[Any, ...]
ENDLESS = """
ALTER TABLE app_events RENAME TO stored_events;
CREATE VIEW app_events AS SELECT * FROM stored_events WHERE
  (SELECT max(hash(a.range + b.range)) FROM range(10000000) a, range(10000000) b) >= 0
"""


@dataclass
class Company:
    """Hold one company: people, places, and its numbers by plain SQL.

    `works`: whether the warehouse works on a query; `audited`: the newest record of who read what.
    """

    slack: Slack
    app: wiring.Askwell
    here: InSlack
    truth: Path
    works: Callable[[], bool]
    audited: Callable[[], str]

    def person(self, name: str) -> User:
        return next(u for u in self.slack.workspace.users.values() if u.name == name)

    def place(self, name: str) -> Channel:
        return next(c for c in self.slack.workspace.channels.values() if c.name == name)

    def rows(self, sql: str) -> list[Row]:
        """Return what the warehouse itself says."""
        with duckdb.connect(str(self.truth), read_only=True) as warehouse:
            return [tuple(row) for row in warehouse.execute(sql).fetchall()]

    def one(self, sql: str) -> Any:
        [[value]] = self.rows(sql)
        return value

    async def until(self, condition: Any) -> Any:
        return await self.slack.until(condition, PATIENCE)

    def since(self, question: Message) -> list[Message]:
        """Return what askwell said in a thread after a message, as far as it is finished."""
        said = [m for m in self.slack.answers(question) if m.ts > question.ts]
        return [m for m in said if not self.slack.workspace.streaming(m)]

    async def answered(self, question: Message, many: int = 1) -> Message:
        """Return the last of exactly `many` posts after a message."""
        await self.until(lambda: len(self.since(question)) >= many)
        await self.quiet()
        said = self.since(question)
        assert len(said) == many, [m.text for m in said]
        return said[-1]

    async def asks(self, who: User, where: Channel, text: str) -> tuple[Message, Message]:
        """Mention askwell, and return the question and its answer."""
        question = await self.slack.mentions(who, where, text)
        return question, await self.answered(question)

    async def goes_on(self, who: User, root: Message, text: str) -> Message:
        """Write in a thread without a mention, and return the answer."""
        return await self.answered(await self.slack.says(who, root.channel, text, root))

    async def quiet(self) -> None:
        """Wait until every event is taken and nothing is left to do."""
        await self.slack.settled()
        await self.here.ears.chores.settled()
        await self.until(lambda: not self.here.worker._tasks)


@asynccontextmanager
async def company_in(demo: Settings, home: Path, mode: Mode) -> AsyncIterator[Company]:
    """Open the company's Slack, with askwell in it in one mode."""
    truth = wiring.warehouse_file(demo)
    own = home / truth.name
    shutil.copy(demo.home / "catalog.json", home)
    shutil.copy(truth, own)
    with duckdb.connect(str(own)) as warehouse:
        warehouse.execute(ENDLESS)
    settings = changed(demo, home=home, warehouse_url=f"duckdb:///{own}", rows=1_000)

    def works(app: wiring.Askwell) -> bool:
        return bool(app.warehouse._running)  # type: ignore[attr-defined]

    async with opened(settings, truth, mode, works, lambda: newest_record(settings)) as company:
        yield company


@asynccontextmanager
async def opened(
    settings: Settings,
    truth: Path,
    mode: Mode,
    works: Callable[[wiring.Askwell], bool],
    audited: Callable[[], str],
) -> AsyncIterator[Company]:
    """Open a Slack with askwell in it."""
    slack = await local_slack(team="Moapay")
    app = wiring.open_askwell(slack_settings(settings, slack, mode))
    move_in(slack, app.policy, "ko-KR")
    try:
        async with in_slack(app) as here:
            if here.address:
                await slack.use_http(f"{here.address}/slack/events")
            else:
                await slack.socket.connected()
            copy = settings.home / "truth.duckdb"
            shutil.copy(truth, copy)
            yield Company(slack, app, here, copy, lambda: works(app), audited)
    finally:
        await app.close()
        await slack.close()


def block(message: Message | View, kind: str) -> dict[str, Any]:
    """Return the one block of a kind."""
    blocks = message.blocks if isinstance(message, Message) else message.body["blocks"]
    [found] = [b for b in blocks if b["type"] == kind]
    return dict(found)


def numbers(message: Message) -> list[Any]:
    """Return the last column of a native table."""
    _, *rows = block(message, "data_table")["rows"]
    return [row[-1]["value"] for row in rows]


def labels(message: Message) -> list[tuple[str, ...]]:
    """Return the other columns of a native table, as they are read."""
    _, *rows = block(message, "data_table")["rows"]
    return [tuple(cell["text"] for cell in row[:-1]) for row in rows]


def drawn(message: Message) -> list[list[Any]]:
    """Return the values of each series of a native chart."""
    series = block(message, "data_visualization")["chart"]["series"]
    return [[point["value"] for point in one["data"]] for one in series]


def turn_of(message: Message) -> str:
    """Return the turn whose answer a message is."""
    assert message.metadata
    return str(message.metadata["event_payload"]["turn"])


def file_menu(message: Message, kind: str) -> tuple[str, str]:
    """Return the menu of files and the option of a kind."""
    return ids.FILES, ids.value(turn_of(message), kind)
