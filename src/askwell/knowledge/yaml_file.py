"""YAML whose mappings remember where they stand, so that an error can name file and line."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from askwell.errors import Misconfigured


class Placed(dict[str, Any]):
    """Be a mapping from a YAML file; `place` is its `file:line`."""

    place: str = ""


def read_yaml(path: Path) -> Any:
    """Return the document of a file, None where it is empty.

    Raises:
        Misconfigured: the file is not YAML or not UTF-8; names the line.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _loader(path))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise Misconfigured(
            f"{place}: not valid YAML: {error.problem}. Mend that line; a text that holds"
            " `{{`, `: ` or ` #` needs quotes."
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        raise Misconfigured(f"{path} cannot be read: {error}. Save it as UTF-8 YAML.") from error


def entries(document: Any, key: str, place: str) -> list[Placed]:
    """Return the list of mappings under `key`, [] where there is none.

    Raises:
        Misconfigured: something else than a list of mappings stands there.
    """
    found = document.get(key) if isinstance(document, Mapping) else None
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(e, Placed) for e in found):
        raise Misconfigured(f"{place}: `{key}` must be a list of mappings (`- name: …`).")
    return found


def named(entry: Mapping[str, Any], place: str) -> str:
    """Return the name of an entry.

    Raises:
        Misconfigured: it has none.
    """
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise Misconfigured(f"{getattr(entry, 'place', place)}: give this entry a `name`.")
    return name


@contextmanager
def shaped(place: str) -> Iterator[None]:
    """Turn what a wrong shape of an entry causes into an error that names its place.

    Raises:
        Misconfigured: the block met a list for a text, a text for a mapping, and so on.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Misconfigured(
            f"{place}: something in this entry has the wrong shape ({error}): a list for a"
            " text, or a text for a mapping. Compare it with its neighbours."
        ) from error


def unknown(place: str, kind: str, name: str, known: Iterable[str]) -> Misconfigured:
    """Return the error for a name that does not exist, with the nearest one that does."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else "correct the name or remove the reference."
    return Misconfigured(f"{place}: there is no {kind} {name!r}; {hint}")


def _loader(path: Path) -> type[Any]:
    base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        pass

    def mapping(loader: Any, node: yaml.MappingNode) -> Placed:
        loader.flatten_mapping(node)
        placed = Placed(loader.construct_mapping(node, deep=True))
        placed.place = f"{path}:{node.start_mark.line + 1}"
        return placed

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    return Loader
