"""Which columns look personal where nobody has said so."""

import pytest

from askwell.domain.catalog import Column, Table
from askwell.domain.noun import Scalar
from askwell.knowledge.personal import looks_personal, mentions_person, personal_names

# A table and its columns: `name:type`, text where none is written; `!` marks the personal ones.
CASES = [
    "users: id:int email! phone_number! name! created_at:date",
    "users: uid:int user_id name",
    "customers: first_name! last_name! email_verified:boolean city zip mobile_phone!",
    "customers: customer_name industry",
    "orders: id:int customer_name! customer_phone:bigint! product_name",
    "orders: order_line_id sale_line_id:int line_total:numeric shipping_address! ship_date:date",
    "patients: patient_name! diagnosis date_of_birth:date",
    "visits: visit_id:int patient_name!",
    "employees: first_name last_name email! home_address! salary:int",
    "doctors: name specialty phone!",
    "author: aid:int name homepage",
    "restaurant: id:int name phone street_name address",
    "suppliers: name phone contact_name! contact_email!",
    "stores: store_name manager_email! fax",
    "accounts: account_number! balance:numeric iban!",
    "residents: resident_id:int resident_registration_no! unit_no",
    "sessions: session_token! token_count:int tokens_used:int password_changed_at:timestamp",
    "staff: ssn! passport_no:bigint! badge_no",
    "products: product_name phone_model mobile_os email_template_id:int address_book",
    "sbCustomer: sbCustId sbCustName! sbCustEmail! sbCustPhone! sbCustAddress1! sbCustStatus",
    "sbcustomer: sbcustid sbcustname! sbcustemail! sbcustphone:bigint! sbcusttype",
    "devices: microphone headphone smartphone os",
    "TB_CUST_MST: CUST_NO CUST_NM! HP_NO! EMAIL_ADDR! GRADE_NM",
    "고객: 고객번호 고객명! 휴대폰번호! 주소! 등급명",
    "매장: 매장코드 매장명 전화번호 주소",
    "직원: 사번 성명 주민등록번호! 급여계좌! 부서명",
    "회원: 회원번호 닉네임! 비밀번호! 이메일!",
]


def table(name: str, columns: str) -> Table:
    parts = (c.partition(":") for c in columns.split())
    return Table(
        name=name, columns=tuple(Column(name=c, type=kind or "varchar") for c, _, kind in parts)
    )


@pytest.mark.parametrize("case", CASES)
def test_columns_are_personal_by_their_names(case: str) -> None:
    name, columns = case.split(": ")
    personal = {c[:-1].partition(":")[0] for c in columns.split() if c.endswith("!")}
    assert personal_names(table(name, columns.replace("!", ""))) == personal


def test_a_declared_key_is_never_hidden_by_a_weak_name() -> None:
    key = Column(name="account_number", type="varchar", primary_key=True)
    assert not personal_names(Table(name="ledgers", columns=(key,)))


PERSONAL_VALUES = [
    ["kim@example.com", "lee.j@mail.example.co.kr"],
    ["010-1234-5678", "02-123-4567"],
    ["01012345678", "01198765432"],
    ["(555) 123-4567", "555-123-4567 x22"],
    ["+82 10-1234-5678", "+1 415 555 2671"],
    ["900101-1234567", "850505-2******"],
    ["123-45-6789", "987-65-4321"],
    ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"],
    ["kim@example.com", "lee@example.com", "park@example.com", "unknown"],
]
PLAIN_VALUES: list[list[Scalar]] = [
    [],
    ["2024-01-01", "2024-12-31"],
    ["10:30:00", "11:00"],
    ["1234567890", "2345678901"],
    ["978-3-16-148410-0", "978-0-306-40615-7"],
    ["4111111111111112", "5500000000000005"],
    ["192.168.0.1", "10.0.0.1"],
    ["A-100-2000", "B-200-3000"],
    ["unknown", "none", "kim@example.com"],
]


@pytest.mark.parametrize("values", PERSONAL_VALUES)
def test_columns_are_personal_by_their_values(values: list[Scalar]) -> None:
    assert looks_personal(Table(name="t"), Column(name="note", type="varchar"), values)


@pytest.mark.parametrize("values", PLAIN_VALUES)
def test_other_values_are_not_personal(values: list[Scalar]) -> None:
    assert not looks_personal(Table(name="t"), Column(name="note", type="varchar"), values)


def test_a_place_may_be_reached() -> None:
    column = Column(name="line", type="varchar")
    assert not looks_personal(Table(name="branches"), column, ["02-123-4567"])
    assert looks_personal(Table(name="members"), column, ["02-123-4567"])
    assert looks_personal(Table(name="branches"), column, ["900101-1234567"])


def test_codes_that_look_like_phone_numbers_are_not_personal() -> None:
    codes: list[Scalar] = ["100-200-3000", "100-200-3001"]
    assert not looks_personal(Table(name="parts"), Column(name="part_code", type="text"), codes)
    assert looks_personal(Table(name="parts"), Column(name="ask_for", type="text"), codes)
    mails: list[Scalar] = ["kim@example.com"]
    assert looks_personal(Table(name="logins"), Column(name="user_id", type="text"), mails)


def test_texts_that_mention_a_person_are_told_apart() -> None:
    def told(value: Scalar) -> bool:
        return mentions_person(Table(name="t"), Column(name="memo", type="varchar"), value)

    assert told("call 010-1234-5678 after six")
    assert told("sent to kim@example.com")
    assert not told("seen on 2024-01-01, 12:30")
    assert not told(None)
