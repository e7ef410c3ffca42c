"""The policy file: groups, people, and what a person of no group may read.

Deny by default: a table that no group names does not exist, and columns flagged `pii` or
`sensitive` need a grant that says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from askwell.domain.catalog import Catalog, Column, Condition, Table
from askwell.domain.noun import Language, Noun
from askwell.domain.rights import Asker, Rights
from askwell.errors import Misconfigured
from askwell.rights.grants import Grant, combine

_ALL: Literal["*"] = "*"
_VALUES_NEEDED = {"is null": (0, 0), "is not null": (0, 0), "between": (2, 2), "in": (1, 10_000)}


class TablePolicy(Noun):
    """Say what a group may read of a table."""

    columns: Literal["*"] | tuple[str, ...] = _ALL
    without: tuple[str, ...] = Field(default=(), alias="except")
    pii: bool = False
    sensitive: bool = False
    rows: tuple[Condition, ...] = ()

    @field_validator("rows")
    @classmethod
    def _enough_values(cls, rows: tuple[Condition, ...]) -> tuple[Condition, ...]:
        for rule in rows:
            least, most = _VALUES_NEEDED.get(rule.operator.removeprefix("not "), (1, 1))
            if not least <= len(rule.values) <= most or None in rule.values:
                raise ValueError(f"{rule.field} {rule.operator}: wrong number of values, or a null")
        return rows

    def gives(self, column: Column) -> bool:
        """Tell whether this lets `column` be read."""
        named = self.columns == _ALL or column.name in self.columns
        flags_allow = (self.pii or not column.pii) and (self.sensitive or not column.sensitive)
        return named and flags_allow and column.name not in self.without


class GroupPolicy(Noun):
    """Say what a group may read, by table; `*` stands for every table not named beside it."""

    tables: Mapping[str, TablePolicy] = Field(default_factory=dict)


class PersonPolicy(Noun):
    """Name a person and their groups."""

    name: str = ""
    groups: tuple[str, ...] = ()
    language: Language | None = None


class Policy(Noun):
    """Hold the policy file.

    `default` are the groups of a person whom it does not name. `identity_groups` says which
    group of this file a group of the identity provider is, by its id or handle.
    """

    groups: Mapping[str, GroupPolicy] = Field(default_factory=dict)
    people: Mapping[str, PersonPolicy] = Field(default_factory=dict)
    default: tuple[str, ...] = ()
    identity_groups: Mapping[str, str] = Field(default_factory=dict)

    def asker(self, email: str, groups: Iterable[str] = ()) -> Asker:
        """Return who `email` is; letter case does not matter.

        `groups` are the person's at the identity provider; one that `identity_groups` does not
        name gives nothing, for whoever may make groups there must not give rights here.
        """
        wanted = email.strip().lower()
        if not wanted:  # nobody that anything is known of, so not of the default groups either
            return Asker(email="")
        person = next((p for e, p in self.people.items() if e.lower() == wanted), None)
        own = self.default if person is None else person.groups
        all_groups = tuple(dict.fromkeys((*own, *self._mapped(groups))))
        if person is None:
            return Asker(email=wanted, groups=all_groups)
        return Asker(email=wanted, name=person.name, groups=all_groups, language=person.language)

    def named(self) -> tuple[Asker, ...]:
        """Return the people whom this file names."""
        return tuple(map(self.asker, self.people))

    def _mapped(self, groups: Iterable[str]) -> list[str]:
        known = {_handle(name): group for name, group in self.identity_groups.items()}
        return [known[h] for h in map(_handle, groups) if h in known]

    def rights(self, asker: Asker, catalog: Catalog) -> Rights:
        """Return what `asker` may read; a group that the policy does not know gives nothing.

        Raises:
            Misconfigured: the policy names a column that its table does not have.
        """
        found = (combine(table, self._grants(asker, table)) for table in catalog.tables)
        return Rights(groups=asker.groups, tables=tuple(t for t in found if t is not None))

    def _grants(self, asker: Asker, table: Table) -> Iterator[Grant]:
        for name in asker.groups:
            tables = self.groups[name].tables if name in self.groups else {}
            own, general = tables.get(table.name), tables.get(_ALL)
            if own is not None:
                _check_columns(own, table, name)
            grant = own or general
            if grant and all(table.column(rule.field) for rule in grant.rows):
                yield frozenset(c.name for c in table.columns if grant.gives(c)), grant.rows


def load_policy(path: Path) -> Policy:
    """Read a policy file.

    Raises:
        Misconfigured: it is missing or wrong; the message names the line and what to write.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        policy = Policy.model_validate(yaml.safe_load(text) or {})
    except OSError as error:
        raise Misconfigured(f"cannot read the policy file {path}: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Misconfigured(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Misconfigured(
            f"{path}:{_line(root, first['loc'])}: {place}: {first['msg']}; "
            "write groups, people and default as docs/policy.md shows"
        ) from error
    _check_groups(policy, path)
    return policy


def open_policy() -> Policy:
    """Return the policy for when there is no file: everybody reads everything but PII."""
    group = GroupPolicy(tables={_ALL: TablePolicy(sensitive=True)})
    return Policy(groups={"everybody": group}, default=("everybody",))


def _check_groups(policy: Policy, path: Path) -> None:
    used = {"default": policy.default} | {e: p.groups for e, p in policy.people.items()}
    used |= {f"identity_groups.{name}": (g,) for name, g in policy.identity_groups.items()}
    for who, groups in used.items():
        for group in groups:
            if group not in policy.groups:
                known = ", ".join(policy.groups) or "none yet"
                raise Misconfigured(f"{path}: {who}: no group {group!r}; groups are: {known}")


def _check_columns(grant: TablePolicy, table: Table, group: str) -> None:
    """A misspelt `except` would give away what it was to keep, so nothing is overlooked."""
    named = () if grant.columns == _ALL else grant.columns
    for column in (*named, *grant.without, *(rule.field for rule in grant.rows)):
        if table.column(column) is None:
            raise Misconfigured(
                f"policy group {group}: table {table.name} has no column {column!r}; "
                f"write one of: {', '.join(c.name for c in table.columns)}"
            )


def _handle(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """Return the line of the deepest node on the way to `place`."""
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line
