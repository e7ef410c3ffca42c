"""A made-up warehouse of many trades, with look-alikes and stale copies, and questions about it.

Deterministic. The questions say what people say, which is seldom what the tables are called: of
each thing there are the words of the catalog and other words for the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from askwell.domain.catalog import Catalog, Column, Table, Term, Value, ValueSet
from askwell.domain.noun import Label
from askwell.knowledge.catalog import versioned


@dataclass(frozen=True)
class Thing:
    """Be one thing of a trade: its name, its labels, and what people call it instead."""

    name: str
    ko: str
    en: str
    said_ko: tuple[str, ...]
    said_en: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """Be one question with the tables of which any will do, and whether it is in Korean."""

    text: str
    needed: frozenset[str]
    korean: bool


_TRADES: dict[str, tuple[Label, str]] = {
    "shop": (
        Label(ko="쇼핑몰", en="online shop"),
        """
order|주문|order|구매 건,물건 산 내역|purchase,buying
refund|환불|refund|돈 돌려준 내역,반품 금액|money given back,payback
coupon|쿠폰|coupon|할인권,깎아주는 표|voucher,discount code
delivery|배송|delivery|택배,물건 도착|parcel,shipping
review|상품 후기|product review|구매평,별점 글|rating text,buyer opinion
cart|장바구니|cart|담아둔 물건,찜해 담은 상품|basket,items put aside
member|회원|member|가입한 사람,고객|customer,person who signed up
seller|판매자|seller|입점 업체,파는 사람|merchant,vendor""",
    ),
    "bank": (
        Label(ko="은행", en="bank"),
        """
loan|대출|loan|빌려준 돈,융자|credit,lending
deposit|예금|deposit|맡긴 돈,통장 잔고|savings,account balance
card|신용카드|credit card|결제 카드,플라스틱 카드|plastic,payment card
transfer|이체|transfer|송금,돈 보내기|remittance,sending money
branch|영업점|branch|지점,창구|local office,counter
overdue|연체|overdue|밀린 돈,갚지 못한 금액|late payment,arrears
exchange|환전|currency exchange|외화 바꾸기,달러 교환|foreign money,dollar change
fraud|이상 거래|fraud|사기 의심,부정 사용|scam,suspicious use""",
    ),
    "clinic": (
        Label(ko="병원", en="clinic"),
        """
patient|환자|patient|진료받은 사람,아픈 사람|sick person,person treated
visit|외래 진료|outpatient visit|병원 방문,진찰|consultation,coming to the doctor
prescription|처방|prescription|약 지시,받은 약|medicine ordered,drugs given
admission|입원|admission|병실에 머문 기록,병상 사용|hospital stay,bed use
surgery|수술|surgery|수술실 시술,집도|operation,procedure
lab_test|검사 결과|lab test|피검사,혈액 수치|blood work,blood values
claim|보험 청구|insurance claim|보험금 신청,심평원 청구|reimbursement,insurer bill
doctor|의사|doctor|의료진,주치의|physician,medic""",
    ),
    "factory": (
        Label(ko="공장", en="factory"),
        """
machine|설비|machine|기계,장비|equipment,device
defect|불량|defect|잘못 만든 것,하자|faulty part,flaw
batch|생산 로트|production batch|만든 묶음,생산 단위|lot,production run
maintenance|정비|maintenance|고장 수리,보수|repair,servicing
material|원자재|raw material|재료,부품|supplies,ingredients
shift|근무조|work shift|교대,조별 근무|crew,rota
downtime|비가동 시간|downtime|멈춘 시간,라인 정지|stoppage,idle line
inspection|품질 검사|quality inspection|검수,합격 여부 확인|quality check,acceptance""",
    ),
    "school": (
        Label(ko="학교", en="school"),
        """
student|학생|student|재학생,수강하는 사람|pupil,learner
course|강좌|course|수업,과목|class,subject
enrollment|수강 신청|enrollment|과목 등록,수업 담기|signing up for classes,course registration
grade|성적|grade|점수,학점|mark,score
tuition|등록금|tuition|학비,수업료|school fee,study cost
attendance|출석|attendance|결석,지각|absence,being present
scholarship|장학금|scholarship|학비 지원,지원금|study grant,bursary
library_loan|도서 대출|library loan|책 빌리기,도서관 이용|borrowed book,library use""",
    ),
    "game": (
        Label(ko="게임", en="game"),
        """
player|플레이어|player|유저,게이머|gamer,user
match_play|대전|match|게임 한 판,승부|game round,duel
item_sale|아이템 판매|item sale|유료 템,현질|paid gear,in-game spending
login|접속|login|들어온 기록,로그인|sign-in,session start
guild|길드|guild|클랜,모임|clan,team of gamers
quest|퀘스트|quest|임무,미션|mission,task to solve
ban|이용 정지|account ban|제재,계정 차단|blocked account,sanction
event_reward|이벤트 보상|event reward|선물 지급,출석 보상|giveaway,present""",
    ),
}  # fmt: skip
_PLACES = (
    ("kr", "한국", "Korea"),
    ("jp", "일본", "Japan"),
    ("us", "미국", "US"),
    ("vn", "베트남", "Vietnam"),
)
_FORMS = (
    ("", "원장", "one row each"),
    ("daily", "일별 집계", "daily summary"),
    ("history", "변경 이력", "change history"),
)
_STALE = (
    ("bak_2021", "예전 백업, 사용하지 않음", "old backup, do not use"),
    ("tmp", "임시 복사본", "temporary copy"),
    ("old", "옛 시스템의 것, 폐기 예정", "of the old system, deprecated"),
)
_FIELDS = (
    ("amount", "금액", "amount"),
    ("status", "상태", "status"),
    ("created_at", "생성 시각", "created at"),
    ("owner_id", "담당자", "owner"),
)
_ASK_KO = (
    "{place} {trade} {said} 지난달에 몇 건이야?",
    "{trade}에서 {said} 많은 순서로 알려줘, {place}만",
    "올해 {place} {said} 추이 보여줘 ({trade})",
)
_ASK_EN = (
    "How much {said} did the {trade} in {place} have last month?",
    "Show {said} of the {place} {trade} by week",
)
_QUESTIONS_A_THING = 2


def things(trade: str) -> Iterator[Thing]:
    """Yield the things of a trade."""
    for line in _TRADES[trade][1].strip().splitlines():
        name, ko, en, said_ko, said_en = line.split("|")
        yield Thing(name, ko, en, tuple(said_ko.split(",")), tuple(said_en.split(",")))


def catalog(copies: int = 1) -> Catalog:
    """Return the whole warehouse; `copies`: how many companies have one of their own."""
    tables = tuple(t for copy in range(copies) for t in _tables(f"c{copy}_" if copy else ""))
    terms = tuple(_term(trade, thing) for trade in _TRADES for thing in things(trade))
    return versioned(Catalog(tables=tables, terms=terms))


def questions() -> tuple[Asked, ...]:
    """Return the questions, more than half of them in Korean."""
    return tuple(_questions())


def _tables(prefix: str) -> Iterator[Table]:
    for trade, (label, _) in _TRADES.items():
        for thing, place, form in product(things(trade), _PLACES, _FORMS):
            yield _table(prefix, trade, label, thing, place, form)
            if not form[0]:
                for stale in _STALE:
                    yield _table(prefix, trade, label, thing, place, stale)


def _table(
    prefix: str,
    trade: str,
    label: Label,
    thing: Thing,
    place: tuple[str, str, str],
    form: tuple[str, str, str],
) -> Table:
    parts = (trade, place[0], thing.name, form[0])
    return Table(
        name=prefix + "_".join(filter(None, parts)),
        label=Label(
            ko=f"{place[1]} {label.ko} {thing.ko} {form[1]}",
            en=f"{place[2]} {label.en} {thing.en}, {form[2]}",
        ),
        columns=tuple(_columns(thing)),
    )


def _columns(thing: Thing) -> Iterator[Column]:
    yield Column(name=f"{thing.name}_id", type="bigint", primary_key=True)
    for name, ko, en in _FIELDS:
        values = ValueSet(values=(Value(stored="OPEN"), Value(stored="CLOSED")))
        yield Column(
            name=name,
            type="varchar" if name == "status" else "bigint",
            label=Label(ko=f"{thing.ko} {ko}", en=f"{thing.en} {en}"),
            values=values if name == "status" else None,
        )


def _term(trade: str, thing: Thing) -> Term:
    """Say in the glossary one of the other words in each language; the rest is left to meaning."""
    return Term(
        name=f"{trade}_{thing.name}",
        label=Label(ko=thing.ko, en=thing.en),
        synonyms=(thing.said_ko[0], thing.said_en[0]),
    )


def _questions() -> Iterator[Asked]:
    count = 0
    for trade, (label, _) in _TRADES.items():
        for thing in things(trade):
            for turn in range(_QUESTIONS_A_THING):
                place = _PLACES[count % len(_PLACES)]
                needed = _needed(trade, place[0], thing)
                how = {"place": place[1], "trade": label.ko, "said": thing.said_ko[turn]}
                yield Asked(_ASK_KO[count % len(_ASK_KO)].format(**how), needed, True)
                how = {"place": place[2], "trade": label.en, "said": thing.said_en[turn]}
                yield Asked(_ASK_EN[count % len(_ASK_EN)].format(**how), needed, False)
                how = {"place": place[1], "trade": label.ko, "said": f"{thing.said_ko[0]} 건수"}
                if turn:
                    yield Asked(_ASK_KO[count % len(_ASK_KO)].format(**how), needed, True)
                count += 1


def _needed(trade: str, place: str, thing: Thing) -> frozenset[str]:
    """Return the table of a thing; stale copies, summaries and other countries' do not do."""
    return frozenset({f"{trade}_{place}_{thing.name}"})
