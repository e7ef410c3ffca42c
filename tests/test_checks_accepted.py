"""No rule finds anything in SQL that is known to be right."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from askwell import wiring
from askwell.domain.catalog import Catalog
from askwell.settings import Settings, load
from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.parse import parse
from defog_cases import DATABASES, cases
from test_golden_sql import WITH_SQL


def alarms(sql: str, catalog: Catalog) -> list[tuple[str, str, str]]:
    findings = check(Subject(parse(sql, catalog.dialect), catalog))
    return [(f.rule, f.message, sql) for f in findings]


@pytest.mark.parametrize("database", DATABASES)
def test_accepted_development_queries(
    database: str, defog: Callable[[str], str], tmp_path: Path
) -> None:
    environ = {"ASKWELL_HOME": str(tmp_path), "ASKWELL_WAREHOUSE_URL": defog(database)}
    catalog = asyncio.run(wiring.learn(load(environ))).catalog
    accepted = [sql for case in cases() if case.database == database for sql in case.accepted]
    assert len(accepted) >= 20
    assert [a for sql in accepted for a in alarms(sql, catalog)] == []


def test_golden_and_verified_queries_of_the_demo(demo_settings: Settings) -> None:
    text = (demo_settings.home / "catalog.json").read_text(encoding="utf-8")
    catalog = Catalog.model_validate_json(text)
    right = [case["sql"] for case in WITH_SQL] + [v.sql for v in catalog.verified]
    assert [a for sql in right for a in alarms(sql, catalog)] == []
