"""A small shop without dbt, as learned from a plain warehouse; for tests of recall."""

from datetime import date

from askwell.domain.catalog import (
    Catalog,
    Column,
    ColumnRef,
    Context,
    Metric,
    Parameter,
    Table,
    Term,
    Value,
    ValueSet,
    VerifiedQuery,
)
from askwell.domain.noun import Label


def ref(text: str) -> ColumnRef:
    table, column = text.split(".")
    return ColumnRef(table=table, column=column)


def values(*stored: str, complete: bool = True) -> ValueSet:
    return ValueSet(values=tuple(Value(stored=s) for s in stored), complete=complete)


def key(name: str) -> Column:
    return Column(name=name, type="bigint", primary_key=True)


def to(name: str, target: str) -> Column:
    return Column(name=name, type="bigint", references=ref(target))


CITIES = Table(
    name="cities",
    columns=(
        key("city_id"),
        Column(
            name="city_name", type="text", values=values("Seoul", "New York", "York", "St. Ives")
        ),
        Column(name="state", type="text", values=values("IN", "OR", "NY")),
    ),
)
STORES = Table(
    name="stores",
    label=Label(ko="매장", en="stores"),
    columns=(
        key("store_id"),
        to("city_id", "cities.city_id"),
        Column(name="opened", type="date", least=date(2019, 3, 1), greatest=date(2024, 5, 6)),
    ),
)
BASKETS = Table(
    name="baskets",
    columns=(
        key("basket_id"),
        to("store_id", "stores.store_id"),
        Column(name="paid_time", type="bigint", description="Seconds since 1970 in UTC."),
        Column(
            name="status",
            type="character varying(20)",
            description="The status of the basket.",
            values=ValueSet(
                values=(
                    Value(stored="PAID", label=Label(ko="결제 완료", en="paid")),
                    Value(stored="VOID", label=Label(ko="취소")),
                ),
                complete=True,
            ),
        ),
        Column(name="total", type="numeric", description="Price in won before the discount."),
    ),
)
STAFF = Table(
    name="staff",
    columns=(
        key("staff_id"),
        to("store_id", "stores.store_id"),
        Column(name="full_name", type="text", pii=True, values=values("Seoul Kim")),
        Column(name="home", type="text", values=values("Seoul", "Busan", complete=False)),
    ),
)
SALES = Metric(name="sales", label=Label(ko="매출", en="sales"), description="Paid totals.")
REGULAR = Term(
    name="regular",
    label=Label(ko="단골", en="regular"),
    definition=Label(
        en="A customer with five baskets or more.", ko="장바구니가 다섯 개 이상인 고객"
    ),
)
HOLIDAY = Context(name="hours", text=Label(en="Stores are closed on Sundays."))
TOP = VerifiedQuery(
    name="top_stores",
    label=Label(en="top stores by baskets", ko="장바구니가 많은 매장"),
    questions=("Which stores had most baskets in May?",),
    sql="select store_id, count(*) from baskets where status = $status"
    " and day between $p_start and $p_end group by 1 order by 2 desc limit $n",
    parameters=(
        Parameter(name="p", type="period"),
        Parameter(name="n", type="number", default=5),
        Parameter(name="status", type="enum", values=(Value(stored="PAID"),)),
    ),
)


def shop(*more: Table) -> Catalog:
    return Catalog(
        version="shop1",
        dialect="postgres",
        tables=(CITIES, STORES, BASKETS, STAFF, *more),
        metrics=(SALES,),
        terms=(REGULAR,),
        contexts=(HOLIDAY,),
        verified=(TOP,),
    )
