"""Distinct questions about the demo company, none asked twice."""

METRICS = ("가입자 수", "거래액", "결제 건수", "환불률", "송금 금액", "문의 건수")
SHAPES = (
    "2024년 {}",
    "2024년 {} 월별로",
    "2023년 {} 주별로",
    "2024년 3월부터 8월까지 {} 일별로",
    "2024년 2분기 {} 전년 대비",
    "지난달 {}",
    "최근 90일 {} 주별로",
    "2023년 하반기 {} 분기별로",
)
WARM_UP = ("2022년 가입자 수 월별로", "2022년 거래액 결제수단별로")
QUESTIONS = tuple(shape.format(metric) for metric in METRICS for shape in SHAPES)
