"""How a table is reached from those of a SELECT, as a writer of SQL would put it."""

from collections.abc import Iterable

from askwell.domain.catalog import Catalog, Table
from askwell.sql.keys import Link, keys_of, shortest_path
from askwell.sql.scopes import Source

Path = tuple[Link, ...]


def path_to(table: Table, sources: Iterable[Source], catalog: Catalog) -> Path:
    """Return the shortest way from some sources to a table; empty where none is sure."""
    return shortest_path(keys_of(catalog), [s.table for s in sources if s.table], table) or ()


def joins_along(path: Path, sources: Iterable[Source]) -> str:
    """Return the joins that a path stands for."""
    called = _called(sources)
    return " ".join(f"JOIN {link.far.table} ON {_condition(link, called)}" for link in path)


def along(path: Path, sources: Iterable[Source]) -> str:
    """Return what joins the two ends of a path: "through b on a.x = b.x AND b.y = c.y"."""
    called = _called(sources)
    through = " and ".join(link.far.table for link in path[:-1])
    conditions = " AND ".join(_condition(link, called) for link in path)
    return f"through {through} on {conditions}" if through else f"on {conditions}"


def _called(sources: Iterable[Source]) -> dict[str, str]:
    return {s.table.name: s.name for s in sources if s.table}


def _condition(link: Link, called: dict[str, str]) -> str:
    near, far = (called.get(ref.table, ref.table) for ref in (link.near, link.far))
    return f"{near}.{link.near.column} = {far}.{link.far.column}"
