"""The development questions: accepted SQL shows every demand; without one, it is found."""

from collections import Counter
from datetime import date
from functools import cache

import pytest
from sqlglot import exp

from askwell.domain.clock import Clock
from askwell.domain.recall import Constraint
from askwell.evaluation.cases import Case
from askwell.grounding.constraints import constraints
from askwell.grounding.read import Grounding
from askwell.knowledge.linking import Linker, spans
from askwell.language import Tokenizer
from askwell.sql.checks import Subject
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.parse import parse
from defog_cases import DATABASES, cases
from defog_catalogs import catalog

TODAY = date(2025, 10, 7)
CASES = cases()
TOKENIZER = Tokenizer()


@cache
def grounding(database: str) -> Grounding:
    return Grounding(catalog(database), Clock("Asia/Seoul", TODAY), TOKENIZER)


def demands(case: Case) -> tuple[Constraint, ...]:
    values = Linker(catalog(case.database)).values(spans(case.question, TOKENIZER))
    return constraints(case.question, grounding(case.database), values=values)


def found(case: Case, tree: exp.Expr) -> set[str]:
    subject = Subject(tree, catalog(case.database), demands(case), TODAY)
    return {finding.rule for finding in unwitnessed(subject)}


@pytest.mark.parametrize("database", DATABASES)
def test_no_accepted_query_misses_a_demand(database: str) -> None:
    alarms = [
        (case.question, sql, rules)
        for case in CASES
        if case.database == database
        for sql in case.accepted
        if (rules := found(case, parse(sql, "postgres")))
    ]
    assert not alarms


def test_what_is_dropped_is_found() -> None:
    dropped: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for case in CASES:
        for demand in demands(case):
            tree = parse(case.accepted[0], "postgres")
            if drop(tree, demand):
                dropped[demand.kind] += 1
                seen[demand.kind] += f"unwitnessed_{demand.kind}" in found(case, tree)
    assert seen == dropped
    assert set(dropped) >= {"period", "value", "number", "limit", "order", "group", "grain"}
    assert dropped.total() > 190


def drop(tree: exp.Expr, demand: Constraint) -> bool:
    """Take a demand out of a query, in place; return whether there was anything to take."""
    if demand.kind in {"limit", "order"}:
        kinds = (exp.Limit, exp.Fetch) if demand.kind == "limit" else (exp.Order,)
        return _without(tree, *kinds)
    if demand.kind in {"group", "grain"}:
        return _summed_up(tree)
    return _unfiltered(tree, demand)


def _without(tree: exp.Expr, *kinds: type[exp.Expr]) -> bool:
    nodes = list(tree.find_all(*kinds))
    for node in nodes:
        node.pop()
    return bool(nodes)


def _summed_up(tree: exp.Expr) -> bool:
    groups = list(tree.find_all(exp.Group))
    for group in groups:
        select = group.parent
        assert select is not None
        group.pop()
        kept = [p for p in select.expressions if p.find(exp.AggFunc)]
        select.set("expressions", kept or select.expressions)
    return (bool(groups) and _without(tree, exp.Order)) or bool(groups)


def _unfiltered(tree: exp.Expr, demand: Constraint) -> bool:
    """Take the conditions away that hold what is demanded."""
    changed = False
    for clause in list(tree.find_all(exp.Where, exp.Having)):
        parts = list(clause.this.flatten()) if isinstance(clause.this, exp.And) else [clause.this]
        kept = [part for part in parts if not _holds(part, demand)]
        if len(kept) == len(parts):
            continue
        changed = True
        if kept:
            clause.set("this", exp.and_(*kept))
        else:
            clause.pop()
    return changed


def _holds(part: exp.Expr, demand: Constraint) -> bool:
    texts = [literal.name.strip("%").lower() for literal in part.find_all(exp.Literal)]
    day = demand.start or demand.end
    if day:
        clocks = (exp.CurrentDate, exp.CurrentTimestamp)
        return any(str(day.year) in text for text in texts) or part.find(*clocks) is not None
    if demand.kind == "number":
        numbers = [float(t) for t in texts if t.replace(".", "").isdigit()]
        return any(abs(n - float(str(v))) <= 1 for n in numbers for v in demand.values)
    wanted = [str(v).lower() for v in demand.values]
    return any(t and (t in w or w in t) for t in texts for w in wanted)
