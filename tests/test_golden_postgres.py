"""The golden questions on PostgreSQL, with the conversation in DynamoDB: all of them right."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cases
from askwell import demo, wiring
from askwell.settings import Settings
from aws_shape import made, new_bucket
from postgres_demo import moved
from postgres_server import Server
from test_golden import NOT_YET


@pytest.fixture(scope="module")
def settings(
    demo_settings: Settings, postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    url = moved(wiring.warehouse_file(demo_settings), postgres, "moapay")
    home: Path = tmp_path_factory.mktemp("postgres")
    with pytest.MonkeyPatch.context() as patch:
        aws = replace(made(patch), bucket=new_bucket(patch))
        settings = replace(demo_settings, home=home, warehouse_url=url, aws=aws)
        asyncio.run(wiring.learn(settings))
        yield settings
    assert not list(home.glob("*.sqlite3")), "nothing is kept beside the table"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_golden_outcome_is_right(
    settings: Settings, demo_settings: Settings, language: str
) -> None:
    outcomes = asyncio.run(
        cases.run_cases(
            settings,
            cases.read_cases(demo.HERE / f"golden_{language}.yml"),
            default_asker=demo.ANALYST,
            truth=demo_settings,
        )
    )
    assert len(outcomes) > 100
    wrong = [f"{o.id}: {o.question}: {o.wrong}" for o in outcomes if o.wrong]
    assert [w for w in wrong if w.partition(":")[0] not in NOT_YET] == []
