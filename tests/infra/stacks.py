"""What CDK synthesised, in words that a test can compare."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES = ("base", "learn", "serve")
Resource = dict[str, Any]
_EXPORTED = r"OutputRef(.+)|OutputFnGetAtt(.+?[0-9A-F]{8})(\w+?)[0-9A-F]{8}"


@dataclass(frozen=True)
class Stacks:
    """Read the templates in a folder."""

    folder: Path

    def files(self) -> list[Path]:
        return [self.folder / f"askwell-{name}.template.json" for name in NAMES]

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """Yield every resource with its name: the logical one without its hash."""
        for file in self.files():
            for name, resource in json.loads(file.read_text())["Resources"].items():
                yield plain(name), resource

    def of(self, kind: str) -> dict[str, Resource]:
        """Return the properties of all resources of a type, by their names."""
        return {name: r["Properties"] for name, r in self.resources() if r["Type"] == kind}

    def one(self, kind: str) -> Resource:
        (found,) = self.of(kind).values()
        return found

    def outputs(self) -> set[str]:
        """Return the outputs that somebody reads; CDK's own only join stacks."""
        every = (json.loads(f.read_text()).get("Outputs", {}) for f in self.files())
        return {name for outputs in every for name in outputs if "Export" not in name}

    def statements(self) -> Iterator[tuple[str, Resource]]:
        """Yield whatever is allowed or denied anywhere, with who says so."""
        for name, resource in self.resources():
            for document in _documents(resource["Properties"]):
                for statement in document["Statement"]:
                    yield name, statement


def _documents(value: Any) -> Iterator[Resource]:
    """Find the policies in a resource's properties."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        if "Fn::Join" in value and str(value["Fn::Join"][1][0]).startswith('{"Statement"'):
            yield json.loads(shown(value))
        for inner in value.values():
            yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)


def listed(value: Any) -> list[Any]:
    """Return a value that may be a list as one."""
    return value if isinstance(value, list) else [value]


def shown(value: Any) -> str:
    """Write a value as text, with what it refers to in angle brackets."""
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    match function:
        case "Fn::Join":
            return str(argument[0]).join(shown(part) for part in argument[1])
        case "Ref":
            return f"<{argument if argument.startswith('AWS::') else plain(argument)}>"
        case "Fn::GetAtt":
            return f"<{plain(argument[0])}.{argument[1]}>"
        case "Fn::ImportValue":
            name = argument.partition(":Exports")[2]
            taken = re.fullmatch(
                r"OutputRef(.+)|OutputFnGetAtt(.+?[0-9A-F]{8})(\w+?)[0-9A-F]{8}", name
            )
            assert taken, name
            return f"<{plain(taken[1][:-8])}>" if taken[1] else f"<{plain(taken[2])}.{taken[3]}>"
    raise AssertionError(f"{function} is read by no test yet")


def plain(name: str) -> str:
    """Return a logical name without the hash that CDK gives it."""
    return re.sub(r"[0-9A-F]{8}$", "", name)
