"""Rise Bakery (아침빵집): a second, tiny company of another trade."""

from pathlib import Path

import duckdb

HERE = Path(__file__).parent
DBT_PROJECT = HERE / "dbt"
KNOWLEDGE = HERE / "knowledge"
POLICY = HERE / "policy.yml"
CASES = HERE / "cases.yml"


def build(path: Path) -> Path:
    """Make the company's warehouse as a new DuckDB file and return its path."""
    connection = duckdb.connect(str(path))
    try:
        connection.execute((HERE / "data.sql").read_text(encoding="utf-8"))
    finally:
        connection.close()
    return path
