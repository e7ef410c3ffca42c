"""The JSON that `askwell ask --json` prints: a documented contract."""

from datetime import date
from decimal import Decimal
from typing import Any

from askwell.domain.answer import Answer

_INTERNAL = {"result_id", "owner", "files_of", "subject"}


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the contract says; days are ISO, rows hold stored values."""
    body = answer.model_dump(mode="json", exclude=_INTERNAL)
    if answer.table:
        body["table"]["columns"] = [
            {"name": c.name, "label": c.label, "type": c.type, "unit": c.unit}
            for c in answer.table.columns
        ]
        body["table"]["rows"] = [[_plain(v) for v in row] for row in answer.table.rows]
    if answer.chart:
        body["chart"] = {"kind": answer.chart.kind, "path": answer.chart.path}
    return body


def _plain(value: Any) -> Any:
    """Return a number as a JSON number and a day as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
