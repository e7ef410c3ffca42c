"""Find every text that people read, by reading the sources."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[1] / "src" / "askwell"


def found() -> dict[str, str]:
    """Return each msgid with a place where it is used."""
    texts: dict[str, str] = {}
    for path in sorted(SRC.rglob("*.py")):
        if "playground" in path.parts:  # a local Slack, which says nothing of askwell's
            continue
        tree = ast.parse(path.read_text())
        place = str(path.relative_to(SRC))
        for text in _texts(tree, place):
            texts.setdefault(text, place)
    return texts


def _texts(tree: ast.Module, place: str) -> list[str]:
    texts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "Message":
                texts += [t for k in node.keywords if k.arg == "text" for t in _strings(k.value)]
            if name == "text" and node.args:
                texts += _strings(node.args[0])
            if name == "note" and node.args:
                texts += _strings(node.args[0])
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return) and node.value is not None:
            texts += [t for t in _strings(node.value) if _looks_said(t) and "agent" in place]
    return texts


def _looks_said(text: str) -> bool:
    return text[:1] in "{“" or (text[:1].isupper() and " " in text and text[-1:] in ".?!")


def _strings(node: ast.AST) -> list[str]:
    return [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.strip()
    ]
