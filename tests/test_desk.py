"""Right first drafts of a careful writer are neither changed nor found fault with."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from askwell import wiring
from askwell.agent.state import Context
from askwell.grounding.constraints import constraints
from askwell.knowledge.linking import Linker, spans
from askwell.query import Limits
from askwell.rights import everything
from askwell.settings import Settings, load
from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.mends import mend
from askwell.sql.parse import parse
from cases import TODAY

DRAFTS = yaml.safe_load((Path(__file__).parent / "desk_drafts.yml").read_text("utf-8"))
RIGHT = [d for d in DRAFTS if d["right"]]


@pytest.fixture(scope="module")
def opened(
    demo_settings: Settings,
    defog: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], wiring.Askwell]:
    """Open the demo, or a development database that is learned first."""

    def open_one(database: str) -> wiring.Askwell:
        if database == "demo":
            return wiring.open_askwell(demo_settings)
        home = tmp_path_factory.mktemp(database)
        environ = {
            "ASKWELL_HOME": str(home),
            "ASKWELL_WAREHOUSE_URL": defog(database),
            "ASKWELL_TODAY": TODAY.isoformat(),
        }
        asyncio.run(wiring.learn(load(environ)))
        return wiring.open_askwell(load(environ))

    return open_one


def test_there_are_thirty_drafts_in_both_languages() -> None:
    assert len(RIGHT) >= 25
    assert any("가" <= c <= "힣" for d in RIGHT for c in d["question"])


@pytest.mark.parametrize("database", sorted({d["database"] for d in RIGHT}))
async def test_no_right_draft_is_spoiled(
    opened: Callable[[str], wiring.Askwell], database: str
) -> None:
    app = await asyncio.to_thread(opened, database)
    try:
        context = await app.context_of(app.policy.asker("jiwoo@moapay.example"))
        for draft in (d for d in RIGHT if d["database"] == database):
            await _is_left_alone(app, context, draft)
    finally:
        await app.close()


async def _is_left_alone(app: wiring.Askwell, context: Context, draft: dict[str, Any]) -> None:
    catalog, sql = context.catalog, draft["sql"]
    values = Linker(catalog).values(spans(draft["question"], app.tokenizer))
    demanded = constraints(draft["question"], context.grounding, values=values)
    subject = Subject(parse(sql, catalog.dialect), catalog, demanded, app.clock.today())
    assert (*check(subject), *unwitnessed(subject)) == (), draft["question"]
    mended = mend(sql, catalog)
    if mended:
        assert await _rows(app, mended.sql) == await _rows(app, sql), draft["question"]


async def _rows(app: wiring.Askwell, sql: str) -> list[str]:
    rights = everything(app.catalog)
    found = await app.door.fetch(sql, catalog=app.catalog, rights=rights, limits=Limits())
    return sorted(map(str, found.rows))
