"""Make a knowledge folder for each development database, from its descriptions and hints.

``python tests/defog_knowledge.py FOLDER`` writes FOLDER/DATABASE/tables.yml and instructions.md,
for ASKWELL_KNOWLEDGE=FOLDER and `askwell evaluate`. The hints of all questions are written down
together, as a data team would have them; some databases' contradict each other.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from defog_cases import DATABASES, FOLDER, cases


def write(folder: Path) -> None:
    for database in DATABASES:
        own = folder / database
        own.mkdir(parents=True, exist_ok=True)
        said = yaml.safe_dump(tables(database), allow_unicode=True, sort_keys=False)
        (own / "tables.yml").write_text(said, encoding="utf-8")
        (own / "instructions.md").write_text(instructions(database), encoding="utf-8")


def tables(database: str) -> list[dict[str, Any]]:
    described = json.loads((FOLDER / database / "descriptions.json").read_text("utf-8"))
    return [
        {
            "name": table,
            "columns": [
                {"name": c["column_name"], "description": c["column_description"]} for c in columns
            ],
        }
        for table, columns in described["table_metadata"].items()
    ]


def instructions(database: str) -> str:
    """Return each hint once, as a list item."""
    hints = [c.instructions for c in cases() if c.database == database]
    lines = list(dict.fromkeys(line.strip() for hint in hints for line in hint.splitlines()))
    return "".join(f"- {line}\n" for line in lines if line)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
