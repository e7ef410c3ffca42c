"""What is right stays right: accepted queries give the same rows once mended."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from askwell import wiring
from askwell.domain.catalog import Catalog
from askwell.settings import Settings, load
from askwell.sql.mends import mend
from defog_cases import DATABASES, cases
from test_golden_sql import WITH_SQL


@pytest.mark.parametrize("database", DATABASES)
def test_accepted_development_queries(
    database: str, defog: Callable[[str], str], tmp_path: Path
) -> None:
    url = defog(database)
    environ = {"ASKWELL_HOME": str(tmp_path), "ASKWELL_WAREHOUSE_URL": url}
    catalog = asyncio.run(wiring.learn(load(environ))).catalog
    accepted = [sql for case in cases() if case.database == database for sql in case.accepted]
    mended = [(sql, m) for sql in accepted if (m := mend(sql, catalog))]
    with psycopg.connect(url, autocommit=True) as connection:
        for sql, m in mended:
            assert {c.mend for c in m.changes} <= {"nulls_order", "arithmetic"}, sql
            assert all("NULLIF" in c.after for c in m.changes if c.mend == "arithmetic"), sql
            assert rows(connection, m.sql) == rows(connection, sql), m.sql


def rows(connection: psycopg.Connection, sql: str) -> list[str]:
    return sorted(map(str, connection.execute(sql.replace("%", "%%"), ()).fetchall()))


def test_golden_and_verified_queries_of_the_demo(demo_settings: Settings) -> None:
    text = (demo_settings.home / "catalog.json").read_text(encoding="utf-8")
    catalog = Catalog.model_validate_json(text)
    right = [case["sql"] for case in WITH_SQL] + [v.sql for v in catalog.verified]
    assert [(sql, m.changes) for sql in right if (m := mend(sql, catalog))] == []
