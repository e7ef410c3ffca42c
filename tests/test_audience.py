"""Who else may see what an answer read: every column, no fewer rows, nothing unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from askwell.domain.catalog import Catalog, Column, Condition, Table
from askwell.domain.noun import Scalar
from askwell.domain.rights import Asker, Rights, TableRights
from askwell.errors import Misconfigured
from askwell.rights import Policy, covers, is_restricted, load_policy, owns

USERS = Table(
    name="users",
    owner="Data Team",
    columns=(
        Column(name="id", type="integer"),
        Column(name="region", type="varchar"),
        Column(name="phone", type="varchar", pii=True),
        Column(name="income", type="integer", sensitive=True),
    ),
)
CATALOG = Catalog(tables=(USERS, Table(name="days", columns=())))


def rule(operator: Any, *values: Scalar, field: str = "region") -> Condition:
    return Condition(field=field, operator=operator, values=values)


def table(*columns: str, rows: tuple[Condition, ...] = (), name: str = "users") -> TableRights:
    return TableRights(table=name, columns=columns, rows=rows)


def rights(*tables: TableRights) -> Rights:
    return Rights(tables=tables)


@pytest.mark.parametrize(
    ("theirs", "read", "may"),
    [
        ([table("id", "region")], [table("id")], True),
        ([table("id")], [table("id", "region")], False),
        ([table("id")], [table("id"), table(name="days")], False),
        ([table("id"), table(name="days")], [table("id"), table(name="days")], True),
        ([table("id")], [table()], True),
        ([table("id", name="other")], [table()], False),
        ([table("id")], [], True),
    ],
)
def test_every_column_and_every_table_must_be_theirs(
    theirs: list[TableRights], read: list[TableRights], may: bool
) -> None:
    assert covers(rights(*theirs), tuple(read)) is may


@pytest.mark.parametrize("read", [None, (), (table("id"),)])
def test_nothing_is_seen_without_any_right(read: tuple[TableRights, ...] | None) -> None:
    assert not covers(Rights(), read)


def test_what_nobody_knows_is_not_seen() -> None:
    assert not covers(rights(table("id")), None)


NUMBER, DAY = "income", "joined"
SEOUL, BOTH = rule("in", "Seoul"), rule("in", "Busan", "Seoul")
LATE, LATER = (
    rule(">=", date(2024, 1, 1), field=DAY),
    rule(">=", date(2025, 1, 1), field=DAY),
)


@pytest.mark.parametrize(
    ("ran_under", "theirs", "may"),
    [
        ((), (), True),
        ((SEOUL,), (), True),
        ((), (SEOUL,), False),
        ((SEOUL,), (SEOUL,), True),
        ((SEOUL,), (BOTH,), True),
        ((BOTH,), (SEOUL,), False),
        ((SEOUL,), (rule("in", "Busan"),), False),
        ((SEOUL, LATE), (SEOUL,), True),
        ((SEOUL,), (SEOUL, LATE), False),
        ((SEOUL, LATER), (BOTH, LATE), True),
        ((SEOUL, LATE), (BOTH, LATER), False),
        ((rule("not in", "A", "B"),), (rule("not in", "A"),), True),
        ((rule("not in", "A"),), (rule("not in", "A", "B"),), False),
        ((rule("<", 5, field=NUMBER),), (rule("<", Decimal(6), field=NUMBER),), True),
        ((rule("<=", 6, field=NUMBER),), (rule("<=", 5, field=NUMBER),), False),
        ((rule("between", 2, 3, field=NUMBER),), (rule("between", 1, 4, field=NUMBER),), True),
        ((rule("between", 0, 3, field=NUMBER),), (rule("between", 1, 4, field=NUMBER),), False),
        ((rule(">", "b"),), (rule(">", "a"),), False),
        ((rule(">", 2, field=NUMBER),), (rule(">", date(2024, 1, 1), field=NUMBER),), False),
        ((rule(">", True, field=NUMBER),), (rule(">", 0, field=NUMBER),), False),
        ((rule("is null"),), (rule("is null"),), True),
        ((rule("is null"),), (rule("is not null"),), False),
        ((SEOUL,), (rule("in", "Seoul", field="home"),), False),
    ],
)
def test_row_rules_may_be_wider_and_never_narrower(
    ran_under: tuple[Condition, ...], theirs: tuple[Condition, ...], may: bool
) -> None:
    assert covers(rights(table("id", rows=theirs)), (table("id", rows=ran_under),)) is may


@pytest.mark.parametrize(
    ("read", "restricted"),
    [
        ([table("id", "region")], False),
        ([table("id", "phone")], True),
        ([table("id", "income")], True),
        ([table("id", "gone")], True),
        ([table("id", name="gone")], True),
        ([table(name="gone")], True),
        ([table(name="days")], False),
        ([], False),
    ],
)
def test_flags_and_whatever_is_gone_restrict(read: list[TableRights], restricted: bool) -> None:
    assert is_restricted(tuple(read), CATALOG) is restricted


def test_what_nobody_knows_is_restricted() -> None:
    assert is_restricted(None, CATALOG)


@pytest.mark.parametrize(
    ("owner", "asker", "does"),
    [
        ("Kim@Example.com", Asker(email="kim@example.com"), True),
        ("김하늘", Asker(email="kim@example.com", name="김하늘"), True),
        (" data team ", Asker(email="kim@example.com", groups=("x", "Data Team")), True),
        ("data team", Asker(email="data@team.example"), False),
        ("", Asker(email=""), False),
        ("", Asker(email="kim@example.com"), False),
    ],
)
def test_an_owner_is_named_by_address_name_or_group(owner: str, asker: Asker, does: bool) -> None:
    assert owns(asker, USERS.model_copy(update={"owner": owner})) is does


POLICY = {
    "groups": {"analysts": {"tables": {"*": {}}}, "support": {"tables": {"days": {}}}},
    "people": {"kim@example.com": {"groups": ["support"]}},
    "default": ["support"],
    "identity_groups": {"S0ABC": "analysts", "@CS-Team": "support"},
}


@pytest.mark.parametrize(
    ("email", "groups", "result"),
    [
        ("kim@example.com", ["s0abc"], ("support", "analysts")),
        ("kim@example.com", ["cs-team", "@cs-team"], ("support",)),
        ("lee@example.com", ["S0ABC"], ("support", "analysts")),
        ("kim@example.com", ["analysts", "S0XYZ", ""], ("support",)),
        ("", ["S0ABC"], ()),
        ("  ", [], ()),
    ],
)
def test_groups_of_the_identity_provider_count_where_the_policy_names_them(
    email: str, groups: list[str], result: tuple[str, ...]
) -> None:
    assert Policy.model_validate(POLICY).asker(email, groups=groups).groups == result


def test_an_identity_group_needs_a_group_that_is_there(tmp_path: Any) -> None:
    path = tmp_path / "policy.yml"
    path.write_text("groups: {}\nidentity_groups: {S0ABC: analysts}\n", "utf-8")
    with pytest.raises(Misconfigured, match=r"identity_groups\.S0ABC: no group 'analysts'"):
        load_policy(path)
