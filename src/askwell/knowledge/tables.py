"""The warehouse's own tables, with what dbt says about them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from askwell.domain.catalog import Column, ColumnRef, FreshnessRule, Table, ValueSet
from askwell.knowledge.labels import label_of, texts, unit_of, values_of
from askwell.knowledge.profile import Profile, Seen
from askwell.knowledge.project import Described, Relation
from askwell.knowledge.yaml_file import shaped, unknown
from askwell.warehouses import FoundColumn, FoundTable

_USUAL_SCHEMAS = ("main", "public", "default", "dbo")
_Pair = tuple[FoundTable, Relation]


def describe(
    found: Sequence[FoundTable],
    relations: Sequence[Relation],
    profile: Profile,
    keys: Set[ColumnRef] = frozenset(),
) -> tuple[Table, ...]:
    """Return the tables that `relations` describe.

    `keys`: primary keys that only the semantic models tell.

    A table that dbt does not know stays out: nobody has said which of its columns are
    personal data.

    Raises:
        Misconfigured: a reference leads nowhere.
    """
    by_key = {r.key: r for r in relations}
    pairs = _pairs(found, relations)
    for _, relation in pairs:
        _check_references(relation, by_key, pairs)
    built = {relation.key: table.name for table, relation in pairs}
    tables = []
    for table, relation in pairs:
        columns = tuple(_columns(table, relation, profile, keys))
        columns = tuple(
            _linked(c, built, profile.references.get(ColumnRef(table=table.name, column=c.name)))
            for c in columns
        )
        tables.append(_table(table, relation, columns, profile, by_key))
    return tuple(tables)


def _pairs(found: Sequence[FoundTable], relations: Sequence[Relation]) -> list[_Pair]:
    """Return each table with what dbt says about it; a model comes before its source."""
    known: dict[str, _Pair] = {}
    for relation in sorted(relations, key=lambda r: "." in r.key):
        table = table_named(relation.table, relation.schema_name, found)
        if table is not None:
            known.setdefault(table.name, (table, relation))
    return list(known.values())


def table_named(name: str, schema_name: str, found: Iterable[FoundTable]) -> FoundTable | None:
    """Return the warehouse's table; the schema decides where several have the name."""
    same = [t for t in found if t.name == name]
    wanted = (schema_name, *_USUAL_SCHEMAS)
    rank = {schema: i for i, schema in reversed(list(enumerate(wanted)))}
    return min(same, key=lambda t: rank.get(t.schema_name, len(wanted)), default=None)


def _table(
    found: FoundTable,
    relation: Relation,
    columns: tuple[Column, ...],
    profile: Profile,
    by_key: Mapping[str, Relation],
) -> Table:
    rule = _freshness(relation, by_key, {c.name for c in columns}, set())
    return Table(
        name=found.name,
        schema_name=found.schema_name,
        label=label_of(None, relation.meta),
        synonyms=texts(relation.meta.get("synonyms")),
        description=relation.description or found.comment,
        owner=str(relation.meta.get("owner") or ""),
        columns=columns,
        row_count=profile.rows.get(found.name, found.row_count),
        freshness=rule,
    )


def _columns(
    table: FoundTable, relation: Relation, profile: Profile, keys: Set[ColumnRef]
) -> Iterator[Column]:
    for found in table.columns:
        ref = ColumnRef(table=table.name, column=found.name)
        said = relation.columns.get(found.name, Described())
        with shaped(said.place):
            column = _column(ref, found, said, profile, is_key=ref in keys)
        yield column


def _column(
    ref: ColumnRef, found: FoundColumn, said: Described, profile: Profile, *, is_key: bool
) -> Column:
    seen = profile.columns.get(ref, Seen())
    pii = bool(said.meta.get("pii", ref in profile.personal))
    return Column(
        name=found.name,
        type=found.type,
        label=label_of(None, said.meta),
        synonyms=texts(said.meta.get("synonyms")),
        description=said.description or found.comment,
        unit=unit_of(said.meta, said.place),
        time_zone=str(said.meta.get("time_zone") or ""),
        primary_key=found.primary_key or said.key or is_key or ref in profile.primary,
        references=said.references or _reference(found),
        unique=found.unique or seen.unique,
        least=None if pii else seen.least,
        greatest=None if pii else seen.greatest,
        pii=pii,
        sensitive=bool(said.meta.get("sensitive")),
        values=None if pii else _values(found, said, seen),
    )


def _reference(found: FoundColumn) -> ColumnRef | None:
    if found.references is None:
        return None
    return ColumnRef(table=found.references[0], column=found.references[1])


def _values(found: FoundColumn, said: Described, seen: Seen) -> ValueSet | None:
    """Return the values: those that dbt or the type lists, else those that rows hold."""
    listed = said.accepted if said.accepted is not None else found.values or None
    values = values_of(said.meta, seen.values if listed is None else listed)
    if not values:
        return None
    complete = listed is not None or seen.complete
    return ValueSet(values=values, complete=complete, declared=listed is not None)


def _freshness(
    relation: Relation, by_key: Mapping[str, Relation], columns: set[str], visited: set[str]
) -> FreshnessRule | None:
    """Return the table's own rule, or that of what it selects from, where it has its column."""
    if relation.freshness or relation.key in visited:
        return relation.freshness
    visited.add(relation.key)
    for key in relation.upstream:
        upstream = by_key.get(key)
        rule = _freshness(upstream, by_key, columns, visited) if upstream else None
        if rule and rule.loaded_at in columns:
            return rule
    return None


def _linked(column: Column, built: Mapping[str, str], suggested: ColumnRef | None) -> Column:
    """Return the column with its reference to a table; what the data suggests comes last."""
    target = column.references
    table = built.get(target.table) if target else None
    if target and table:
        settled = ColumnRef(table=table, column=target.column)
        return column.model_copy(update={"references": settled})
    inferred = suggested is not None and target is None
    references = suggested if inferred else None
    return column.model_copy(update={"references": references, "inferred": inferred})


def _check_references(
    relation: Relation, by_key: Mapping[str, Relation], pairs: Sequence[_Pair]
) -> None:
    tables = {r.key: t for t, r in pairs}
    for column in relation.columns.values():
        target = column.references
        if target is None:
            continue
        if target.table not in by_key:
            raise unknown(column.place, "model", target.table, by_key)
        names = [c.name for c in tables[target.table].columns] if target.table in tables else []
        if names and target.column not in names:
            raise unknown(column.place, f"column in {target.table!r} called", target.column, names)
