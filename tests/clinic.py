"""A plain warehouse of another trade: no dbt, no glossary, keys that only the data tells."""

from dataclasses import replace
from pathlib import Path

import duckdb

from askwell import wiring
from askwell.settings import Settings, load

SCRIPT = """
CREATE TABLE departments (department_id INTEGER PRIMARY KEY, name VARCHAR, floor INTEGER);
CREATE TABLE doctors (
  doctor_id INTEGER PRIMARY KEY, doctor_name VARCHAR,
  department_id INTEGER REFERENCES departments (department_id), salary INTEGER);
CREATE TABLE patients (
  patient_id INTEGER PRIMARY KEY, city VARCHAR, birth_date DATE, email VARCHAR);
CREATE TABLE visits (
  visit_id INTEGER PRIMARY KEY, doctor_id INTEGER REFERENCES doctors (doctor_id),
  patient_id INTEGER REFERENCES patients (patient_id), visited_on DATE,
  status VARCHAR, fee INTEGER);
INSERT INTO departments VALUES (1, 'Cardiology', 3), (2, 'Dermatology', 2), (3, 'Pediatrics', 1);
INSERT INTO doctors VALUES
  (1, 'Han Jiwoo', 1, 900), (2, 'Seo Yuna', 2, 800), (3, 'Park Minho', 3, 700),
  (4, 'Lim Dahye', 3, 650);
INSERT INTO patients
  SELECT i, CASE i % 3 WHEN 0 THEN 'Busan' WHEN 1 THEN 'Seoul' ELSE 'Daegu' END,
         DATE '1980-01-01' + INTERVAL (i * 100) DAY, 'p' || i || '@example.com'
  FROM range(1, 41) t(i);
INSERT INTO visits
  SELECT i, 1 + i % 4, 1 + i % 40, DATE '2024-01-01' + INTERVAL (i) DAY,
         CASE WHEN i % 5 = 0 THEN 'cancelled' ELSE 'completed' END, 100 + i % 7 * 10
  FROM range(1, 601) t(i);
COMMENT ON TABLE visits IS 'each visit of a patient to a doctor';
"""
TODAY = "2025-10-07"


def build(path: Path, extra: str = "") -> Path:
    """Write the clinic's DuckDB file; `extra` is more SQL."""
    connection = duckdb.connect(str(path))
    connection.execute(SCRIPT + extra)
    connection.close()
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Run SQL on the file by itself; no askwell may have it open."""
    connection = duckdb.connect(str(path), read_only=True)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


async def learned(home: Path, extra: str = "", **environ: str) -> Settings:
    """Build and learn the clinic; return settings without a model."""
    path = build(home / "clinic.duckdb", extra)
    settings = load(
        {
            "ASKWELL_HOME": str(home),
            "ASKWELL_WAREHOUSE_URL": f"duckdb:///{path}",
            "ASKWELL_TODAY": TODAY,
            "ASKWELL_LANGUAGE": "en",
            **environ,
        }
    )
    await wiring.learn(settings)
    return settings


def with_model(settings: Settings, url: str) -> Settings:
    """Return the settings with the model that a test serves."""
    return replace(settings, model="openai:scripted", model_url=url, model_seconds=20)
