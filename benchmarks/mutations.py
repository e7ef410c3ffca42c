"""Count which wrong queries are found and mended: `python -m benchmarks.mutations URL`.

URL is a PostgreSQL server with the development databases (tests/defog/), by a role that may
read them: `postgresql://reader@host:port`. A mutant counts if it fails or gives another result
than every accepted query. A mended one counts if its result is accepted.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg

from askwell import wiring
from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.recall import Constraint
from askwell.errors import BadQuery
from askwell.evaluation.cases import Case, load, variants
from askwell.evaluation.compare import Grid, judge
from askwell.evaluation.order import ordered_by
from askwell.grounding.constraints import constraints
from askwell.grounding.read import Grounding
from askwell.knowledge.linking import Linker, spans
from askwell.language import Tokenizer
from askwell.settings import load as load_settings
from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.checks.witness import unwitnessed
from askwell.sql.mends import mend
from askwell.sql.parse import parse
from benchmarks.mutants import KINDS, mutants

CASES = Path(__file__).parents[1] / "tests" / "defog" / "questions.csv"
_SECONDS = 5


@dataclass
class Tally:
    """Count the wrong mutants of one kind, and what became of them, each by the first means.

    `failed`: neither rules nor demands found it, but the warehouse refused it. `mended`: right
    without a model. `missed`: the mended query is wrong, and nobody says so.
    """

    wrong: int = 0
    by_rules: int = 0
    by_demands: int = 0
    failed: int = 0
    mended: int = 0
    missed: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        """Return both counts together."""
        pairs = ((getattr(self, n), getattr(other, n)) for n in self.__dataclass_fields__)
        return Tally(*(a + b for a, b in pairs))


@dataclass(frozen=True)
class Database:
    """Be one database: what was learned of it, and a connection that only reads."""

    grounding: Grounding
    connection: psycopg.Connection

    @property
    def catalog(self) -> Catalog:
        """Return what was learned."""
        return self.grounding.catalog

    def grid(self, sql: str, *, ordered: bool) -> Grid | None:
        """Return what a query gives, or None if it fails."""
        try:
            cursor = self.connection.execute(sql.replace("%", "%%"), ())
        except psycopg.Error:
            return None
        width = len(cursor.description or ())
        keys = ordered_by(sql, self.catalog.dialect, width) if ordered else ()
        return Grid(width, cursor.fetchall(), keys)


@dataclass(frozen=True)
class Bench:
    """Hold one case with what its accepted queries give and its question demands."""

    case: Case
    database: Database
    accepted: tuple[Grid, ...]
    demands: tuple[Constraint, ...]

    def is_right(self, sql: str) -> bool | None:
        """Tell whether a query gives an accepted result; None if it fails."""
        got = self.database.grid(sql, ordered=self.case.ordered)
        return None if got is None else judge(got, self.accepted).right

    def findings(self, sql: str) -> tuple[set[str], set[str]]:
        """Return the rules that find something, and the open demands."""
        catalog = self.database.catalog
        try:
            subject = Subject(parse(sql, catalog.dialect), catalog, self.demands, date.today())
        except BadQuery:
            return {"parse"}, set()
        return {f.rule for f in check(subject)}, {f.rule for f in unwitnessed(subject)}


def main() -> None:
    tallies = {kind: Tally() for kind in KINDS}
    right: Counter[str] = Counter()
    for bench in _benches(sys.argv[1]):
        for sql in _accepted(bench.case):
            right += _of_right(sql, bench)
        for kind, sql in _mutants(bench):
            _count(sql, bench, tallies[kind])
    print("\n".join(_report(tallies, right)))


def _benches(url: str) -> Iterator[Bench]:
    opened: dict[str, Database] = {}
    tokenizer = Tokenizer()
    for case in load(CASES):
        if case.database not in opened:
            opened[case.database] = _open(f"{url}/{case.database}", tokenizer)
        database = opened[case.database]
        values = Linker(database.catalog).values(spans(case.question, tokenizer))
        demands = constraints(case.question, database.grounding, values=values)
        grids = (database.grid(sql, ordered=case.ordered) for sql in _accepted(case))
        yield Bench(case, database, tuple(g for g in grids if g), demands)


def _open(url: str, tokenizer: Tokenizer) -> Database:
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings({"ASKWELL_HOME": home, "ASKWELL_WAREHOUSE_URL": url})
        catalog = asyncio.run(wiring.learn(settings)).catalog
    options = f"-c default_transaction_read_only=on -c statement_timeout={_SECONDS}s"
    connection = psycopg.connect(url, options=options, autocommit=True)
    return Database(Grounding(catalog, Clock("Asia/Seoul"), tokenizer), connection)


def _accepted(case: Case) -> list[str]:
    return [variant for query in case.accepted for variant in variants(query)]


def _mutants(bench: Bench) -> Iterable[tuple[str, str]]:
    catalog = bench.database.catalog
    made = (m for query in bench.case.accepted for m in mutants(variants(query)[-1], catalog))
    return {m.sql: (m.kind, m.sql) for m in made}.values()


def _of_right(sql: str, bench: Bench) -> Counter[str]:
    rules, demands = bench.findings(sql)
    mended = mend(sql, bench.database.catalog)
    spoiled = mended is not None and not bench.is_right(mended.sql)
    alarms = {"by rules": bool(rules), "by demands": bool(demands), "spoiled": spoiled}
    return Counter({"all": 1} | {name: 1 for name, raised in alarms.items() if raised})


def _count(sql: str, bench: Bench, tally: Tally) -> None:
    right = bench.is_right(sql)
    if right:
        return
    rules, demands = bench.findings(sql)
    tally.wrong += 1
    tally.by_rules += bool(rules)
    tally.by_demands += bool(demands and not rules)
    tally.failed += right is None and not rules and not demands
    tally.rules.update(rules)
    mended = mend(sql, bench.database.catalog)
    after = bench.is_right(mended.sql) if mended else right
    tally.mended += bool(after)
    tally.missed += after is False and not any(bench.findings(mended.sql if mended else sql))


def _report(tallies: dict[str, Tally], right: Counter[str]) -> Iterator[str]:
    yield (
        "| mutation | wrong | found by rules | by demands | by EXPLAIN | found "
        "| mended without a model | wrong in the end, unnoticed | rules |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for kind, tally in tallies.items():
        often = ", ".join(rule for rule, _ in tally.rules.most_common(2))
        yield f"| {kind} | {_shares(tally)} | {often} |"
    yield f"| all | {_shares(sum(tallies.values(), Tally()))} | |"
    yield (
        f"\nOf {right['all']} accepted queries, {right['by rules']} raise a finding by a rule, "
        f"{right['by demands']} by a demand, and {right['spoiled']} are wrong once mended."
    )


def _shares(tally: Tally) -> str:
    found = tally.by_rules + tally.by_demands + tally.failed
    means = (tally.by_rules, tally.by_demands, tally.failed, found, tally.mended, tally.missed)
    shares = (f"{count / tally.wrong:.0%}" if tally.wrong else "" for count in means)
    return " | ".join((str(tally.wrong), *shares))


if __name__ == "__main__":
    main()
