"""Which columns of a warehouse that nobody has described look personal, by name and by values.

Where the line is, and why, is in docs/knowledge.md ("A plain warehouse").
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from askwell.domain.catalog import Column, Table
from askwell.domain.noun import Scalar
from askwell.knowledge.kinds import kind_of
from askwell.knowledge.naming import column_name, table_name, words_of

# People from outside: their names are kept back where it is known how to reach them.
_PRIVATE_PEOPLE = """
applicant beneficiary borrower buyer candidate cardholder child citizen client consumer
contact cust customer donor driver employer enrollee family guardian guest holder household
individual insured lead mbr member owner parent participant passenger patient payee payer people
person player policyholder prospect pupil recipient renter requester resident respondent rider
sender shopper stu student subscriber tenant user usr victim visitor voter
가입자 고객 구매자 기부자 대출자 손님 수강생 수령인 수취인 승객 신청자 예약자 유저 이용자 입주자
주문자 지원자 투숙객 피보험자 학부모 학생 환자 회원 사용자 보호자 임차인 계약자
"""
# Their names alone say that somebody was ill.
_PATIENTS = frozenset(("patient", "환자"))
_STAFF = """
agent doctor emp employee faculty instructor manager nurse physician salesperson seller staff
teacher therapist worker 강사 교사 교수 기사 담당자 사원 의사 임직원 직원 간호사
"""
# What belongs to a business or a place is no person's.
_ORGANISATIONS = """
agency airline airport bank branch brand business cafe campus center centre church clinic club
college company country court department dept distributor division facility factory firm garage
gym hospital hotel institution laboratory library location manufacturer market merchant museum
office organisation organization outlet park pharmacy place plant property publisher restaurant
retailer school shop site station stop store studio supplier team theater theatre university
vendor venue warehouse
가게 거래처 공급사 공급업체 공장 기관 대리점 도서관 매장 병원 부서 사업장 상점 센터 식당 업체 약국
역 은행 음식점 점포 제조사 지사 지점 창고 체육관 판매처 학교 호텔 회사
"""
_REACH = re.compile(
    r"(.*_)?(e_?mail(_?addr(ess)?|_id)?|(tele|cell|mobile_?|hand|home_|work_)?phone(_?(no|num(ber)?))?"
    r"|(mobile|cell|contact|hp|tel|fax)_(no|num|number)|tel|telno|hpno|mobile|fax|msisdn"
    r"|whats_?app|kakao_?(talk)?_?id)(_?\d)?"
    r"|.*email|.*(?<!micro)(?<!head)(?<!smart)phone(no|number)?"
    r"|.*(이메일|메일_?주소|전화_?번호|휴대_?폰(_?번호)?|휴대_?전화(_?번호)?|핸드폰(_?번호)?"
    r"|연락처|팩스(_?번호)?|폰_?번호)"
)
_IDENTITY = re.compile(
    r"(.*_)?(ssn|sin_number|social_security(_?(no|num|number))?|rrn|rrno|jumin(_?(no|bunho))?|passport"
    r"|(passport|national_id|driv(er|ers|ing)_?(license|licence)|resident_registration"
    r"|tax_?payer|identity_card|id_card)(_?(no|num|number|id))?|nin|aadhaar"
    r"|credit_?card(_?(no|num|number))?|card_?(no|num|number)|crd_?no|pan_number|cvv2?|cvc"
    r"|iban|swift_account|bank_?(account|acct)(_?(no|num|number))?"
    r"|(account|acct|acnt|routing)_?(no|num|number))"
    r"|.*(주민(_?등록)?_?번호|외국인_?등록_?번호|여권_?번호|운전_?면허(_?번호)?|카드_?번호"
    r"|계좌(_?번호)?)"
)
_SECRET = re.compile(
    r"(.*_)?(password|passwd|pwd|pswd|passphrase|password_?(hash|salt|digest)|pass_?word|pin_?code_?hash"
    r"|hashed_?password|encrypted_?password|secret|client_?secret|api_?key|private_?key"
    r"|(access|refresh|auth|api|session|reset|bearer|login)_?token|token|otp|security_?answer)"
    r"|.*password|.*(비밀_?번호|암호|패스워드|인증_?토큰|비밀_?키)"
)
_HOME = re.compile(
    r"(.*_)?(home|shipping|billing|delivery|mailing|residential|recipient|ship_to|bill_to)"
    r"_?(addr(ess)?|street)\w*|.*(배송지?|자택|집|청구지?|수령지?)_?주소"
)
_ADDRESS = re.compile(
    r"(.*_)?(addr(ess)?(_?line)?(_?\d)?|full_?addr(ess)?|street(_?(addr(ess)?|name|no|number))?"
    r"|addr(ess)?_?street|house_?(no|number)|juso|detail_?addr(ess)?)"
    r"|.*(주소|도로명|지번)"
)
_PERSON_NAME = re.compile(
    r"(.*_)?((first|last|middle|full|given|family|maiden|nick|sur|fore|birth)_?name|fname|lname"
    r"|mname|nickname|surname|user_?name|login(_?name)?|screen_name)"
    r"|.*(성명|성함|실명|닉네임)"
)
_PLAIN_NAME = re.compile(".*(name|nm|이름|명)")

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_PHONE = re.compile(
    r"\+\d{1,3}[ .-]?\(?\d{1,4}\)?([ .-]?\d{2,4}){2,4}"
    r"|\(\d{2,4}\) ?\d{3,4}[ .-]\d{4}|0\d{1,2}[ .-]\d{3,4}[ .-]\d{4}|01[016789]\d{7,8}"
    r"|(1[ .-])?\d{3}[ .-]\d{3}[ .-]\d{4}( ?(x|ext\.?) ?\d+)?"
)
_RESIDENT = re.compile(r"\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-[1-8][\d*]{6}")
_SOCIAL = re.compile(r"\d{3}-\d{2}-\d{4}")
_CARD = re.compile(r"[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,7}")
_ENOUGH = 0.6


def _nouns(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PRIVATE, _WORKING, _PLACES = map(_nouns, (_PRIVATE_PEOPLE, _STAFF, _ORGANISATIONS))
_PEOPLE = _PRIVATE | _WORKING


def personal_names(table: Table, found: AbstractSet[str] = frozenset()) -> frozenset[str]:
    """Return the columns of a table that look personal by their names.

    `found`: columns whose values have shown that they are.
    """
    direct = {c.name for c in table.columns if _is_direct(table, c)}
    reach = bool(found) or any(_reaches(name) for name in direct)
    named = {c.name for c in table.columns if _names_private_person(table, c, reach=reach)}
    return frozenset(direct | named)


def _reaches(name: str) -> bool:
    spelled = _spelled(name)
    return bool(_REACH.fullmatch(spelled) or _IDENTITY.fullmatch(spelled))


def looks_personal(table: Table, column: Column, values: Sequence[Scalar]) -> bool:
    """Tell whether most of these values identify or reach a person."""
    texts = [str(v).strip() for v in values if v is not None and str(v).strip()]
    if not texts:
        return False
    patterns = _patterns(table, column)
    counts = [sum(bool(p.fullmatch(t)) for t in texts) for p in patterns]
    return max(*counts, sum(map(_is_card, texts))) >= _ENOUGH * len(texts)


def mentions_person(table: Table, column: Column, value: Scalar) -> bool:
    """Tell whether a text holds something that identifies or reaches a person."""
    return any(p.search(str(value)) for p in _patterns(table, column))


def _patterns(table: Table, column: Column) -> tuple[re.Pattern[str], ...]:
    """Return what a person's data looks like; codes may look like phone numbers by chance."""
    if _is_place(table, column):
        return (_RESIDENT,)
    if column_name(column.name).ending not in ("", "name"):
        return (_RESIDENT, _EMAIL)
    return (_RESIDENT, _EMAIL, _PHONE, _SOCIAL)


def _is_direct(table: Table, column: Column) -> bool:
    """Tell whether a column reaches, identifies or authenticates a person, or says their home."""
    name, kind = _spelled(column.name), kind_of(column)
    if kind not in ("text", "integer", "number"):
        return False
    if _IDENTITY.fullmatch(name):
        return not (column.primary_key or column.references)
    if kind == "text" and (_SECRET.fullmatch(name) or _HOME.fullmatch(name)):
        return True
    if _REACH.fullmatch(name):
        return not _is_place(table, column)
    return kind == "text" and bool(_ADDRESS.fullmatch(name)) and _is_one(_head(table), _PEOPLE)


def _names_private_person(table: Table, column: Column, *, reach: bool) -> bool:
    """Tell whether a column names a private person in a table that says how to reach them."""
    name = _spelled(column.name)
    if kind_of(column) != "text" or column.primary_key or column.references:
        return False
    head = _head(table)
    if _PERSON_NAME.fullmatch(name):
        whose = {head, *words_of(column.name)}
        private = not (_is_one(head, _WORKING) or _is_place(table, column))
    else:
        subject = _subject(column.name) or head
        whose = {subject}
        private = bool(_PLAIN_NAME.fullmatch(name)) and _is_one(subject, _PRIVATE)
    return private and (reach or bool(whose & _PATIENTS))


def _subject(name: str) -> str:
    """Return whose name a column holds: `customer_name` and 고객명 say it, `name` does not."""
    words = words_of(name)
    ending = re.sub("(이름|명)$", "", words[-1]) if words else ""
    if words[-1:] in (("name",), ("nm",), ("이름",), ("명",)):
        return words[-2] if len(words) > 1 else ""
    return ending.removesuffix("name")


def _is_place(table: Table, column: Column) -> bool:
    """Tell whether a column is of a business or a place, and not of a person at one."""
    words = {*words_of(column.name)}
    if words & (_PEOPLE | {"contact", "담당자"}):
        return False
    return _is_one(_head(table), _PLACES) or bool(words & _PLACES)


def _is_one(word: str, nouns: AbstractSet[str]) -> bool:
    """Tell whether a word is one of the nouns, or ends in one: `appcustomer`, 우수고객."""
    ends = tuple(n for n in nouns if len(n) >= (4 if n.isascii() else 2))
    return word in nouns or word.endswith(ends)


def _head(table: Table) -> str:
    """Return what a table's rows are: the last word of its name."""
    words = table_name(table.name).words
    return words[-1] if words else ""


def _spelled(name: str) -> str:
    return "_".join(words_of(name))


def _is_card(text: str) -> bool:
    """Tell whether a text is a card number by its shape and check digit (ISO/IEC 7812-1)."""
    if not _CARD.fullmatch(text):
        return False
    digits = [int(c) for c in reversed(text) if c.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) for d in digits[1::2])
    return len(digits) in range(13, 20) and (sum(digits[::2]) + sum(doubled)) % 10 == 0
