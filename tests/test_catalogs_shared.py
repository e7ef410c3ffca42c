"""Who learns publishes the catalog; who answers elsewhere brings it home and follows it."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from askwell import wiring
from askwell.errors import Conflict
from askwell.knowledge import catalog as catalogs
from askwell.settings import AWSSettings, Settings
from askwell.stores.dynamodb import create_table
from askwell.wiring.catalogs import CATALOG, following, publish
from askwell.wiring.health import examine
from askwell.wiring.stores import open_stores
from clinic import learned
from servers.dynamodb_server import dynamodb_url


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[AWSSettings]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    table = f"askwell-{uuid.uuid4().hex[:8]}"
    client = boto3.client("dynamodb", region_name="us-east-1")
    create_table(client, table)
    yield AWSSettings(table=table, bucket="", queue_url="", region="us-east-1")
    client.close()


@pytest.fixture
async def here(tmp_path: Path, aws: AWSSettings) -> Settings:
    home = tmp_path / "here"
    home.mkdir()
    return replace(await learned(home), aws=aws)


async def test_what_is_learned_here_is_answered_from_elsewhere(
    here: Settings, tmp_path: Path
) -> None:
    there = replace(here, home=tmp_path / "there")
    first = catalogs.load(here.home / CATALOG)
    stores = open_stores(here)
    await publish(here, first, stores.knowledge)
    await publish(here, first, stores.knowledge)
    app = await wiring.open_newest(there)
    try:
        assert app.catalog.version == first.version
        async with following(app, seconds=0.05):
            smaller = first.model_copy(update={"tables": first.tables[:1]})
            second = catalogs.versioned(smaller)
            await publish(here, second, stores.knowledge)
            async with asyncio.timeout(20):
                while app.catalog.version != second.version:  # noqa: ASYNC110  # of its own task
                    await asyncio.sleep(0.05)
        assert len(app.catalog.tables) == 1
        newest = await stores.knowledge.newest("catalog", "company")
        assert newest
        assert newest.version == 2
    finally:
        await app.close()
        stores.close()


async def test_of_two_who_publish_at_once_one_is_told(here: Settings) -> None:
    stores = open_stores(here)
    body = catalogs.load(here.home / CATALOG).model_dump_json()
    await stores.knowledge.publish("catalog", "company", body, after=0)
    with pytest.raises(Conflict):
        await stores.knowledge.publish("catalog", "company", body + " ", after=0)
    stores.close()


async def test_the_doctor_finds_on_a_new_machine_what_another_one_has_learned(
    here: Settings, tmp_path: Path
) -> None:
    stores = open_stores(here)
    await publish(here, catalogs.load(here.home / CATALOG), stores.knowledge)
    stores.close()
    found = [door async for door in examine(replace(here, home=tmp_path / "new"))]
    assert ("published catalog", "") in found
    assert ("stores", "") in found


async def test_a_file_that_was_not_written_is_not_read_again(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = replace(here, aws=replace(here.aws, table=""))
    app, read = wiring.open_askwell(plain), []
    load = catalogs.load
    monkeypatch.setattr(catalogs, "load", lambda path: read.append(path) or load(path))
    try:
        async with following(app, seconds=0.01):
            await asyncio.sleep(0.2)
            assert read == []
            (plain.home / CATALOG).touch()
            async with asyncio.timeout(10):
                while not read:  # noqa: ASYNC110  # of its own task
                    await asyncio.sleep(0.01)
    finally:
        await app.close()
