"""Only `query.py` runs SQL on a warehouse: read from the sources."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "askwell"
RUNS_SQL = {"fetch", "explain"}
# `wiring` builds the door and hands it to `query`; it calls nothing of it that runs SQL.
MAY_IMPORT = {"query.py", "wiring/app.py", "wiring/bench.py", "wiring/doors.py"}
# MetricFlow's engine compiles and has no warehouse.
COMPILERS = {"self._flow"}


def sources() -> list[tuple[str, ast.Module]]:
    files = [p for p in sorted(SRC.rglob("*.py")) if not p.is_relative_to(SRC / "warehouses")]
    return [(str(p.relative_to(SRC)), ast.parse(p.read_text(encoding="utf-8"))) for p in files]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def calls(tree: ast.Module) -> list[tuple[str, str]]:
    """Return receiver and name of each method call that could run SQL."""
    return [
        (ast.unparse(node.func.value), node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RUNS_SQL
    ]


def is_door(receiver: str) -> bool:
    """Tell that `receiver` is a `QueryDoor`, or something that runs no SQL."""
    return receiver in COMPILERS or receiver.split(".")[-1] == "door"


def test_the_query_door_itself_calls_a_warehouse() -> None:
    tree = dict(sources())["query.py"]
    assert {("self.warehouse", name) for name in RUNS_SQL} <= set(calls(tree))


def test_nothing_else_calls_a_warehouse() -> None:
    wrong = [
        f"{place}: {receiver}.{name}()"
        for place, tree in sources()
        if place != "query.py"
        for receiver, name in calls(tree)
        if not is_door(receiver)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_else_knows_what_runs_sql() -> None:
    backends = [p.stem for p in (SRC / "warehouses").glob("*.py") if p.stem != "__init__"]
    wrong = [
        f"{place} imports {name}"
        for place, tree in sources()
        if place not in MAY_IMPORT
        for name in imported(tree)
        if name == "askwell.warehouses.Warehouse"
        or any(name.startswith(f"askwell.warehouses.{b}") for b in backends)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_attribute_itself_is_not_handed_around() -> None:
    """A warehouse's method passed as a value would run SQL without a visible call."""
    wrong = [
        f"{place}: {ast.unparse(node)}"
        for place, tree in sources()
        if place != "query.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in RUNS_SQL
        and not is_door(ast.unparse(node.value))
    ]
    assert not wrong, "\n".join(wrong)
