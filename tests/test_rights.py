"""Rights: from the policy file to the part of the catalog that exists for somebody."""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from askwell.domain.catalog import (
    Catalog,
    Column,
    ColumnRef,
    Condition,
    Context,
    Dimension,
    Meaning,
    Metric,
    Parameter,
    Table,
    Term,
    Value,
    ValueSet,
    VerifiedQuery,
)
from askwell.domain.rights import Asker, Rights, TableRights
from askwell.errors import Misconfigured
from askwell.rights import Policy, everything, load_policy, open_policy, readable
from shop_door import CATALOG, SEOUL

POLICY = """
groups:
  analyst:
    tables:
      "*": {columns: "*"}
  finance:
    tables:
      users: {columns: [id, region, phone], pii: true}
      orders: {columns: "*", sensitive: true, except: [status]}
  seoul:
    tables:
      users:
        columns: [id, name, region]
        rows: [{field: region, operator: in, values: [Seoul]}]
  busan:
    tables:
      users:
        columns: [id, region, joined]
        rows: [{field: region, operator: in, values: [Busan]}]
people:
  Kim@Example.com: {name: 김, groups: [analyst]}
  both@example.com: {groups: [seoul, busan]}
  money@example.com: {groups: [finance]}
  wide@example.com: {groups: [seoul, analyst]}
default: [seoul]
"""


def policy_of(tmp_path: Path, text: str = POLICY) -> Policy:
    path = tmp_path / "policy.yml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def rights_of(policy: Policy, email: str) -> Rights:
    return policy.rights(policy.asker(email), CATALOG)


def columns(rights: Rights, table: str) -> tuple[str, ...]:
    allowed = rights.of(table)
    return allowed.columns if allowed else ()


def test_people_are_found_whatever_the_letter_case(tmp_path: Path) -> None:
    asker = policy_of(tmp_path).asker(" kim@example.COM ")
    assert asker == Asker(email="kim@example.com", name="김", groups=("analyst",))


def test_unknown_person_gets_the_default_groups(tmp_path: Path) -> None:
    policy = policy_of(tmp_path)
    assert policy.asker("who@example.com").groups == ("seoul",)
    assert policy.model_copy(update={"default": ()}).rights(Asker(email="x"), CATALOG).tables == ()


def test_flagged_columns_need_a_grant_that_says_so(tmp_path: Path) -> None:
    policy = policy_of(tmp_path)
    analyst, finance = rights_of(policy, "kim@example.com"), rights_of(policy, "money@example.com")
    assert columns(analyst, "users") == ("id", "name", "region", "joined", "seen")
    assert columns(analyst, "orders") == ("id", "user_id", "status")
    assert columns(analyst, "salaries") == ("user_id",)
    assert columns(finance, "users") == ("id", "phone", "region")
    assert columns(finance, "orders") == ("id", "user_id", "amount")
    assert finance.of("salaries") is None


def test_group_that_nobody_defined_gives_nothing() -> None:
    assert Policy().rights(Asker(email="x", groups=("ghost",)), CATALOG).tables == ()


def test_without_a_policy_everybody_reads_all_but_pii() -> None:
    policy = open_policy()
    rights = policy.rights(policy.asker("anybody@example.com"), CATALOG)
    assert "phone" not in columns(rights, "users")
    assert "amount" in columns(rights, "salaries")
    assert not any(t.rows for t in rights.tables)


def test_everything_is_everything() -> None:
    rights = everything(CATALOG)
    assert {t.table: len(t.columns) for t in rights.tables} == {
        "users": 6, "orders": 4, "salaries": 2
    }  # fmt: skip


def test_values_of_one_field_add_up_with_the_common_columns(tmp_path: Path) -> None:
    assert rights_of(policy_of(tmp_path), "both@example.com").of("users") == TableRights(
        table="users",
        columns=("id", "region"),
        rows=(Condition(field="region", operator="in", values=("Seoul", "Busan")),),
    )


def test_grant_on_all_rows_wins_over_one_on_some(tmp_path: Path) -> None:
    allowed = rights_of(policy_of(tmp_path), "wide@example.com").of("users")
    assert allowed is not None
    assert allowed.rows == ()
    assert allowed.columns == ("id", "name", "region", "joined", "seen")


TABLE = Catalog(tables=(Table(name="t", columns=CATALOG.tables[0].columns),))
GRANTS = st.fixed_dictionaries(
    {
        "columns": st.lists(st.sampled_from(["id", "name", "region", "joined"]), max_size=4),
        "rows": st.lists(
            st.fixed_dictionaries(
                {
                    "field": st.sampled_from(["region", "name"]),
                    "operator": st.just("in"),
                    "values": st.lists(st.sampled_from("abc"), min_size=1, max_size=2),
                }
            ),
            max_size=2,
        ),
    }
)


def sees(columns: Any, rows: Any, cell: tuple[str, dict[str, str]]) -> bool:
    column, row = cell
    return column in columns and all(row[r.field] in r.values for r in rows)


@given(grants=st.lists(GRANTS, min_size=1, max_size=4))
def test_several_groups_show_no_cell_that_no_single_group_shows(
    grants: list[dict[str, Any]],
) -> None:
    groups = {str(i): {"tables": {"t": grant}} for i, grant in enumerate(grants)}
    policy = Policy.model_validate({"groups": groups})
    together = policy.rights(Asker(email="x", groups=tuple(groups)), TABLE).of("t")
    single = [policy.rights(Asker(email="x", groups=(g,)), TABLE).of("t") for g in groups]
    rows = [{"region": r, "name": n} for r, n in product("abc", "abc")]
    for cell in product(("id", "name", "region", "joined"), rows):
        if together and sees(together.columns, together.rows, cell):
            assert any(s and sees(s.columns, s.rows, cell) for s in single)
    assert (together is None) == all(s is None for s in single)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("groups: [", r"policy\.yml:1: not valid YAML"),
        ("groups:\n  a:\n    tables:\n      users: {column: [id]}", r"policy\.yml:4: .*column"),
        ("groups:\n  a:\n    tables:\n      users:\n        pii: maybe", r"policy\.yml:5: .*pii"),
        ("people:\n  a@b.c: {groups: [ghost]}", r"a@b\.c: no group 'ghost'"),
        ("default: [ghost]", r"default: no group 'ghost'"),
        (
            "groups:\n  a:\n    tables:\n      users:\n        rows:\n"
            "          - {field: id, operator: between, values: [1]}",
            r"policy\.yml:5: .*wrong number of values",
        ),
        (
            "groups:\n  a:\n    tables:\n      users:\n        rows:\n"
            "          - {field: id, operator: like, values: [1]}",
            r"policy\.yml:6: .*operator",
        ),
        ("just text", r"policy\.yml:1"),
    ],
)
def test_wrong_policy_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        policy_of(tmp_path, text)


def test_missing_policy_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.yml"):
        load_policy(tmp_path / "none.yml")


@pytest.mark.parametrize(
    "grant",
    [{"except": ["phon"]}, {"columns": ["ids"]},
     {"rows": [{"field": "city", "operator": "in", "values": ["a"]}]}],
)  # fmt: skip
def test_misspelt_column_gives_nothing_away(tmp_path: Path, grant: dict[str, Any]) -> None:
    text = yaml.safe_dump({"groups": {"a": {"tables": {"users": grant}}}, "default": ["a"]})
    with pytest.raises(Misconfigured, match="users has no column"):
        rights_of(policy_of(tmp_path, text), "x@y.z")


def test_row_rule_for_all_tables_hides_those_without_the_column(tmp_path: Path) -> None:
    rule = {"field": "region", "operator": "in", "values": ["Seoul"]}
    text = yaml.safe_dump({"groups": {"a": {"tables": {"*": {"rows": [rule]}}}}, "default": ["a"]})
    rights = rights_of(policy_of(tmp_path, text), "x@y.z")
    assert [t.table for t in rights.tables] == ["users"]


def ref(table: str, column: str) -> ColumnRef:
    return ColumnRef(table=table, column=column)


FULL = CATALOG.model_copy(
    update={
        "metrics": (
            Metric(
                name="signups",
                reads=(ref("users", "id"), ref("users", "joined")),
                dimensions=("user__region", "user__phone", "metric_time"),
            ),
            Metric(name="pay", reads=(ref("salaries", "amount"),)),
            Metric(name="half", reads=(ref("users", "id"), ref("users", "phone"))),
            Metric(name="unproven"),
        ),
        "dimensions": (
            Dimension(
                name="user__region",
                reads=(ref("users", "region"),),
                values=CATALOG.tables[0].columns[3].values,
            ),
            Dimension(name="user__phone", reads=(ref("users", "phone"),)),
            Dimension(name="metric_time", type="time"),
            Dimension(name="unproven"),
        ),
        "terms": (
            Term(name="signup", meaning=Meaning(metric="signups")),
            Term(name="salary", meaning=Meaning(metric="pay")),
            Term(name="number", meaning=Meaning(dimension="user__phone")),
            Term(
                name="capital",
                meaning=Meaning(
                    conditions=(Condition(field="user__region", operator="in", values=("Seoul",)),)
                ),
            ),
            Term(
                name="hidden",
                meaning=Meaning(conditions=(Condition(field="user__phone", operator="is null"),)),
            ),
            Term(name="top", meaning=Meaning(verified="top")),
            Term(name="secret", meaning=Meaning(verified="by_phone")),
            Term(name="plain"),
        ),
        "contexts": (
            Context(name="open", metrics=("signups",), tables=("users",)),
            Context(name="closed_metric", metrics=("signups", "pay")),
            Context(name="closed_table", tables=("salaries",)),
            Context(name="closed_column", reads=(ref("users", "phone"),)),
        ),
        "verified": (
            VerifiedQuery(name="top", reads=(ref("orders", "amount"),)),
            VerifiedQuery(name="by_phone", reads=(ref("users", "phone"),)),
            VerifiedQuery(name="unproven"),
            VerifiedQuery(
                name="hidden_parameter",
                reads=(ref("orders", "amount"),),
                parameters=(Parameter(name="p", type="text", dimension="user__phone"),),
            ),
        ),
        "manifest": "{}",
    }
)


def names(things: Any) -> list[str]:
    return [thing.name for thing in things]


def test_readable_holds_only_what_reads_readable_columns() -> None:
    part = readable(FULL, SEOUL)
    assert names(part.tables) == ["users", "orders"]
    assert names(part.metrics) == ["signups"]
    assert names(part.dimensions) == ["user__region", "metric_time"]
    assert part.metrics[0].dimensions == ("user__region", "metric_time")
    assert names(part.terms) == ["signup", "capital", "top", "plain"]
    assert names(part.contexts) == ["open"]
    assert names(part.verified) == ["top"]
    assert (part.version, part.manifest) == (FULL.version, FULL.manifest)


def test_readable_mentions_nothing_hidden() -> None:
    text = readable(FULL, SEOUL).model_dump_json()
    for hidden in ("phone", "salaries", "pay", "Busan", "name-1"):
        assert hidden not in text


def test_values_of_hidden_rows_are_gone() -> None:
    part = readable(FULL, SEOUL)
    users = part.table_named["users"]
    region, name = users.column("region"), users.column("name")
    assert region is not None and name is not None  # noqa: PT018
    assert region.values is not None
    assert [v.stored for v in region.values.values] == ["Seoul"]
    assert name.values is None
    assert users.row_count is None
    dimension = part.dimension_named["user__region"].values
    assert dimension is not None
    assert [v.stored for v in dimension.values] == ["Seoul"]


def test_excluded_values_are_gone() -> None:
    rule = Condition(field="region", operator="not in", values=("Seoul",))
    rights = Rights(tables=(TableRights(table="users", columns=("region", "name"), rows=(rule,)),))
    region = readable(FULL, rights).table_named["users"].column("region")
    assert region is not None
    assert region.values is not None
    assert [v.stored for v in region.values.values] == ["Busan"]


def test_who_may_read_nothing_sees_nothing() -> None:
    part = readable(FULL, Rights())
    for things in (part.tables, part.metrics, part.terms, part.contexts, part.verified):
        assert not things


def test_references_to_hidden_columns_are_gone() -> None:
    rights = Rights(tables=(TableRights(table="orders", columns=("user_id",)),))
    column = readable(FULL, rights).table_named["orders"].column("user_id")
    assert column is not None
    assert column.references is None


def test_full_rights_leave_all_that_says_what_it_reads() -> None:
    part = readable(FULL, everything(FULL))
    assert names(part.metrics) == ["signups", "pay", "half"]
    assert names(part.dimensions) == ["user__region", "user__phone", "metric_time"]
    assert part.tables == FULL.tables


def test_lookups_of_the_whole_catalog_do_not_leak_into_the_part() -> None:
    assert "salaries" in FULL.table_named
    assert "pay" in FULL.metric_named
    part = readable(FULL, SEOUL)
    assert "salaries" not in part.table_named
    assert "pay" not in part.metric_named


def test_fingerprint_is_of_what_may_be_read() -> None:
    same = SEOUL.model_copy(update={"groups": ("another",)})
    assert Rights(tables=SEOUL.tables, groups=same.groups).fingerprint == SEOUL.fingerprint
    assert everything(CATALOG).fingerprint != SEOUL.fingerprint


def seen_columns(values: ValueSet, rows: tuple[Condition, ...]) -> dict[str, Column]:
    """Return the columns of a table as they are read by somebody who may read `rows` of it."""
    table = Table(
        name="t",
        row_count=9,
        columns=(
            Column(name="region", type="varchar", values=values),
            Column(name="status", type="varchar", values=values),
            Column(name="amount", type="integer", least=1, greatest=9),
        ),
    )
    own = TableRights(table="t", columns=("region", "status", "amount"), rows=rows)
    part = readable(Catalog(tables=(table,)), Rights(tables=(own,)))
    return {c.name: c for c in part.tables[0].columns}


VALUES = (Value(stored="Seoul"), Value(stored="Busan"))
IN_SEOUL = Condition(field="region", operator="in", values=("Seoul",))
NOT_BUSAN = Condition(field="region", operator="not in", values=("Busan",))
LARGE = Condition(field="amount", operator=">", values=(5,))


def test_ranges_tell_nothing_of_hidden_rows() -> None:
    values = ValueSet(values=VALUES, complete=True)
    assert seen_columns(values, (IN_SEOUL,))["amount"].greatest is None
    assert seen_columns(values, (IN_SEOUL,))["amount"].least is None
    assert seen_columns(values, ())["amount"].greatest == 9


def test_values_that_were_seen_tell_nothing_of_hidden_rows() -> None:
    seen = ValueSet(values=VALUES, complete=True)
    assert seen_columns(seen, (IN_SEOUL,))["status"].values is None
    own = seen_columns(seen, (IN_SEOUL,))["region"].values
    assert own == ValueSet(values=VALUES[:1], complete=True)
    assert seen_columns(seen, (NOT_BUSAN, LARGE))["region"].values is None


def test_values_that_the_data_team_declared_stay() -> None:
    declared = ValueSet(values=VALUES, complete=True, declared=True)
    assert seen_columns(declared, (LARGE,))["status"].values == declared


def test_dimension_values_that_were_seen_tell_nothing_of_hidden_rows() -> None:
    seen = ValueSet(values=VALUES, complete=True)
    table = Table(name="t", columns=(Column(name="status", type="varchar", values=seen),))
    read = (ref("t", "status"),)
    catalog = Catalog(tables=(table,), dimensions=(Dimension(name="s", reads=read, values=seen),))
    own = TableRights(table="t", columns=("status",), rows=(LARGE,))
    assert readable(catalog, Rights(tables=(own,))).dimensions[0].values is None
