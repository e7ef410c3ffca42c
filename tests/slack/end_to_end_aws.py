"""The same company on engines of production, by settings alone: DynamoDB, SQS, PostgreSQL."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from end_to_end_company import Company, opened

from askwell import wiring
from askwell.settings import AWSSettings, Settings
from aws_shape import client, made
from postgres_demo import moved
from postgres_server import Server

ENDLESS = """
ALTER TABLE app_events RENAME TO stored_events;
CREATE VIEW app_events AS SELECT * FROM stored_events WHERE (SELECT pg_sleep(600)::text) = '';
"""
WORKING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND usename = 'reader'"


@asynccontextmanager
async def aws_shaped(demo: Settings, home: Path, server: Server) -> AsyncIterator[Company]:
    """Open the company with nothing but the catalog in its own folder."""
    truth = wiring.warehouse_file(demo)
    with pytest.MonkeyPatch.context() as patch:
        aws = made(patch)
        url = await asyncio.to_thread(moved, truth, server, "slack_company", ENDLESS)
        settings = replace(demo, home=home, warehouse_url=url, rows=1_000, aws=aws)
        await wiring.learn(settings)

        def works(_app: wiring.Askwell) -> bool:
            return server.run("slack_company", WORKING) != [(0,)]

        async with opened(settings, truth, "socket", works, lambda: audited(aws)) as company:
            yield company
    beside = [name for name in os.listdir(home) if name.endswith(".sqlite3")]
    assert not beside, "nothing is kept beside the table and the queue"


def audited(aws: AWSSettings) -> str:
    """Return the newest record of who read what; a test may look at the whole table."""
    items = client("dynamodb").scan(TableName=aws.table)["Items"]
    records = [item for item in items if item["pk"]["S"].startswith("AUDIT")]
    return str(max(records, key=lambda item: item["sk"]["S"]))
