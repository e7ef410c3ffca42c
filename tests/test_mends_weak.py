"""Queries of a weak model, mended and compared by what they give with what they mean."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import yaml

from askwell import wiring
from askwell.settings import load
from askwell.sql.mends import mend
from defog_cases import DATABASES

CASES = yaml.safe_load((Path(__file__).parent / "weak_queries.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("database", DATABASES)
def test_mends_to_what_is_meant_or_not_at_all(
    database: str, defog: Callable[[str], str], tmp_path: Path
) -> None:
    url = defog(database)
    environ = {"ASKWELL_HOME": str(tmp_path), "ASKWELL_WAREHOUSE_URL": url}
    catalog = asyncio.run(wiring.learn(load(environ))).catalog
    with psycopg.connect(url, autocommit=True) as connection:
        for case in CASES[database]:
            mended = mend(case["wrote"], catalog)
            got = rows(connection, mended.sql if mended else case["wrote"])
            wanted = rows(connection, case["means"]) if "means" in case else None
            assert got == wanted, mended


def rows(connection: psycopg.Connection, sql: str) -> list[str] | None:
    """Return what a query gives, None if it fails."""
    try:
        return sorted(map(str, connection.execute(sql.replace("%", "%%"), ()).fetchall()))
    except psycopg.Error:
        return None
