"""What every store must do, whatever keeps it; a new backend adds itself to `BACKENDS`."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from askwell.domain.result import Result
from askwell.stores.encoding import decode, encode
from store_backends import BACKENDS, Stores
from store_records import ROW, result, turn


@pytest.fixture(params=BACKENDS.values(), ids=BACKENDS.keys())
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    opened = request.param(tmp_path)
    yield opened
    opened.close()


async def test_turns_come_back_equal_and_newest_first(stores: Stores) -> None:
    for number in range(3):
        await stores.turns.write(turn(number))
    await stores.turns.write(turn(7, "other"))
    assert await stores.turns.latest("t", limit=2) == (turn(2), turn(1))
    assert await stores.turns.latest("other") == (turn(7, "other"),)
    assert await stores.turns.latest("none") == ()


async def test_types_in_a_turn_are_kept(stores: Stores) -> None:
    await stores.turns.write(turn(1))
    (read,) = await stores.turns.latest("t")
    assert read.intent is not None
    kinds = [type(v) for f in read.intent.filters for v in f.values]
    assert kinds == [Decimal, date, str, int, bool]


async def test_second_write_of_a_turn_changes_nothing(stores: Stores) -> None:
    await stores.turns.write(turn(1))
    await stores.turns.write(turn(1).model_copy(update={"question": "changed"}))
    assert await stores.turns.latest("t", limit=9) == (turn(1),)


async def test_result_comes_back_equal_with_its_types(stores: Stores) -> None:
    await stores.results.put(result(), seconds=60)
    read = await stores.results.get("r0")
    assert read == result()
    assert [type(v) for v in read.rows[0]] == [type(v) for v in ROW]


async def test_result_is_gone_when_its_time_is_over(stores: Stores) -> None:
    await stores.results.put(result(1), seconds=60)
    stores.clock[0] += 59
    assert await stores.results.get("r1") is not None
    stores.clock[0] += 1
    assert await stores.results.get("r1") is None
    assert await stores.results.get("never") is None


async def test_many_writers_at_once_lose_nothing(stores: Stores) -> None:
    await asyncio.gather(*(stores.turns.write(turn(n)) for n in range(50)))
    assert len(await stores.turns.latest("t", limit=100)) == 50


async def test_audit_takes_any_scalar(stores: Stores) -> None:
    await stores.audit.record({"at": datetime(2024, 1, 1, tzinfo=UTC), "rows": 3, "rule": None})


SCALARS = st.one_of(
    st.text(),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.none() | st.just(UTC)),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(row=st.lists(SCALARS).map(tuple))
def test_any_row_is_encoded_and_back(row: tuple[Any, ...]) -> None:
    read = Result.model_validate(decode(encode(result(rows=(row,)))))
    assert read.rows[0] == row
    assert [type(v) for v in read.rows[0]] == [type(v) for v in row]
