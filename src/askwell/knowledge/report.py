"""What learning did, in lines for a person of the data team."""

from collections.abc import Iterable, Iterator

from askwell.domain.catalog import Catalog, Column, Table
from askwell.knowledge.profile import Profile


def report(catalog: Catalog, profile: Profile) -> list[str]:
    """Return what was learned, what was guessed, and what was not read, with how to correct it."""
    return [
        _counts(catalog),
        *_values(catalog),
        *_personal(catalog, profile),
        *_keys(catalog, profile),
        *_empty(catalog, profile),
        *_section("not read", profile.notes),
    ]


def _counts(catalog: Catalog) -> str:
    return (
        f"learned {len(catalog.tables)} tables, {len(catalog.metrics)} metrics,"
        f" {len(catalog.dimensions)} dimensions, {len(catalog.terms)} terms,"
        f" {len(catalog.verified)} verified queries (version {catalog.version})"
    )


def _values(catalog: Catalog) -> Iterator[str]:
    sets = [c.values for _, c in _columns(catalog) if c.values]
    complete = sum(s.complete for s in sets)
    count = len(list(_columns(catalog)))
    yield (
        f"{count} columns: all values of {complete} are known, samples of {len(sets) - complete},"
        f" {len(catalog.contexts)} notes of business context"
    )


def _personal(catalog: Catalog, profile: Profile) -> Iterator[str]:
    """List only what was guessed: the rest the data team wrote itself."""
    taken = [f"{r.table}.{r.column}" for r in sorted(profile.personal, key=str)]
    yield from _section(
        "taken as personal data, and kept back without a policy (to correct: `pii: false` in"
        " tables.yml)",
        taken,
    )


def _keys(catalog: Catalog, profile: Profile) -> Iterator[str]:
    found = [
        f"{t.name}.{c.name} → {c.references.table}.{c.references.column}"
        for t, c in _columns(catalog)
        if c.inferred and c.references
    ]
    yield from _section(
        "keys that the data suggests (to correct: `references: table.column`, or `none`)", found
    )
    primary = [f"{r.table}.{r.column}" for r in sorted(profile.primary, key=str)]
    yield from _section("columns that identify a row, by the data", primary)


def _empty(catalog: Catalog, profile: Profile) -> Iterator[str]:
    names = [f"{r.table}.{r.column}" for r, seen in profile.columns.items() if seen.empty]
    yield from _section("columns without any value", names)


def _columns(catalog: Catalog) -> Iterator[tuple[Table, Column]]:
    return ((t, c) for t in catalog.tables for c in t.columns)


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    listed = list(items)
    if listed:
        yield f"{title}:"
        yield from (f"  {item}" for item in listed)
