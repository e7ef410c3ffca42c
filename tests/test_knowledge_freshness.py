from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from askwell.domain.catalog import Column, FreshnessRule, Table
from askwell.domain.clock import Clock
from askwell.domain.noun import Label
from askwell.knowledge.freshness import Cache, measure
from bakery_knowledge import catalog, runner

SEOUL = ZoneInfo("Asia/Seoul")


def at_nine(day: date) -> Clock:
    return Clock("Asia/Seoul", day, now=lambda zone: datetime(2026, 1, 5, 9, tzinfo=zone))


def table(zone: str = "") -> Table:
    return Table(
        name="t",
        label=Label(ko="표", en="table"),
        columns=(Column(name="at", type="timestamp", time_zone=zone),),
        freshness=FreshnessRule(loaded_at="at", warn_after=timedelta(hours=12)),
    )


def returning(value: object):
    async def run(sql: str) -> list[tuple]:
        assert sql == 'SELECT MAX("at") FROM "t"'
        return [(value,)]

    return run


async def test_the_bakerys_waste_is_late_and_its_sales_are_not() -> None:
    ours = await measure(catalog().tables, runner([]), at_nine(date(2024, 11, 18)), {})
    assert {f.table: f.stale for f in ours} == {"sales": False, "waste": True}
    waste = next(f for f in ours if f.table == "waste")
    assert waste.loaded_at == datetime(2024, 11, 14, 23, tzinfo=SEOUL)
    assert waste.message is not None
    assert waste.message.values["day"] == date(2024, 11, 14)


@pytest.mark.parametrize(
    ("stored", "zone", "stale"),
    [
        (datetime(2024, 5, 1, 20), "", True),  # 13 hours ago in Seoul
        (datetime(2024, 5, 1, 22), "", False),
        (datetime(2024, 5, 1, 20), "UTC", False),  # five in the morning in Seoul
        (datetime(2024, 5, 1, 11), "UTC", True),
        (date(2024, 5, 1), "", False),
        (date(2024, 4, 30), "", True),
        ("2024-05-01T22:00:00", "", False),
        (None, "", True),
    ],
)
async def test_age_is_counted_in_the_zone_in_which_the_column_is_stored(
    stored: object, zone: str, stale: bool
) -> None:
    (one,) = await measure([table(zone)], returning(stored), at_nine(date(2024, 5, 2)), {})
    assert one.stale is stale
    assert (one.message is not None) is stale


async def test_a_reading_is_kept_for_minutes() -> None:
    asked: list[str] = []
    cache: Cache = {}
    tables = [catalog().table_named["sales"]]
    clock = at_nine(date(2024, 11, 18))
    await measure(tables, runner(asked), clock, cache)
    await measure(tables, runner(asked), clock, cache)
    assert len(asked) == 1
    later = Clock(
        "Asia/Seoul", date(2024, 11, 18), now=lambda z: datetime(2026, 1, 5, 9, 6, tzinfo=z)
    )
    await measure(tables, runner(asked), later, cache)
    assert len(asked) == 2


async def test_a_table_without_a_rule_is_not_read() -> None:
    asked: list[str] = []
    days = catalog().table_named["days"]
    assert await measure([days], runner(asked), at_nine(date(2024, 11, 18)), {}) == ()
    assert asked == []
