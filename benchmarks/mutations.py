"""Count which wrong queries are found and mended: `python -m benchmarks.mutations URL CATALOGS`.

URL is a PostgreSQL server with the development databases, CATALOGS a folder with their catalogs
as DATABASE.json. A mutant counts if it fails or gives another result than every accepted query.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from askwell.domain.catalog import Catalog
from askwell.errors import BadQuery
from askwell.evaluation.cases import Case, load, variants
from askwell.evaluation.compare import Grid, judge
from askwell.evaluation.order import ordered_by
from askwell.sql.checks import Subject
from askwell.sql.checks.rules import check
from askwell.sql.parse import parse
from benchmarks.mutants import KINDS, Mutant, mutants

CASES = Path(__file__).parents[1] / "tests" / "defog" / "questions.csv"
_SECONDS = 5


@dataclass
class Tally:
    """Count the mutants of one kind: how many were wrong, and what became of them."""

    wrong: int = 0
    failing: int = 0
    found: int = 0
    found_early: int = 0
    rules: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class Database:
    """Be one database: its catalog, and a connection that only reads."""

    catalog: Catalog
    connection: psycopg.Connection

    def grid(self, sql: str, *, ordered: bool) -> Grid | None:
        """Return what a query gives, or None if it fails."""
        try:
            cursor = self.connection.execute(sql.replace("%", "%%"), ())
        except psycopg.Error:
            return None
        width = len(cursor.description or ())
        keys = ordered_by(sql, self.catalog.dialect, width) if ordered else ()
        return Grid(width, cursor.fetchall(), keys)


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2])
    tallies: dict[str, Tally] = {kind: Tally() for kind in KINDS}
    alarms = 0
    for case, database in _cases(url, folder):
        alarms += _measure(case, database, tallies)
    print("\n".join(_report(tallies, alarms)))


def _cases(url: str, folder: Path) -> Iterator[tuple[Case, Database]]:
    opened: dict[str, Database] = {}
    for case in load(CASES):
        if case.database not in opened:
            catalog = Catalog.model_validate_json((folder / f"{case.database}.json").read_text())
            opened[case.database] = Database(catalog, _connect(url, case.database))
        yield case, opened[case.database]


def _connect(url: str, name: str) -> psycopg.Connection:
    options = f"-c default_transaction_read_only=on -c statement_timeout={_SECONDS}s"
    return psycopg.connect(url, dbname=name, options=options, autocommit=True)


def _measure(case: Case, database: Database, tallies: dict[str, Tally]) -> int:
    """Count the mutants of one case; return how many accepted queries raise a finding."""
    accepted = [v for query in case.accepted for v in variants(query)]
    grids = [g for sql in accepted if (g := database.grid(sql, ordered=case.ordered))]
    for mutant in _of_case(case, database.catalog):
        got = database.grid(mutant.sql, ordered=case.ordered)
        if got is None or not judge(got, grids).right:
            _count(mutant, got, database, tallies[mutant.kind])
    return sum(bool(_findings(sql, database.catalog)) for sql in accepted)


def _of_case(case: Case, catalog: Catalog) -> Iterable[Mutant]:
    made = [m for query in case.accepted for m in mutants(variants(query)[-1], catalog)]
    return {m.sql: m for m in made}.values()


def _count(mutant: Mutant, got: Grid | None, database: Database, tally: Tally) -> None:
    findings = _findings(mutant.sql, database.catalog)
    tally.wrong += 1
    tally.failing += got is None
    tally.found_early += bool(findings)
    tally.found += bool(findings) or got is None
    for rule in set(findings):
        tally.rules[rule] += 1


def _findings(sql: str, catalog: Catalog) -> list[str]:
    try:
        return [f.rule for f in check(Subject(parse(sql, catalog.dialect), catalog))]
    except BadQuery:
        return ["parse"]


def _report(tallies: dict[str, Tally], alarms: int) -> Iterator[str]:
    yield "| mutation | wrong | found by rules | and by EXPLAIN | most often by |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for kind, tally in tallies.items():
        often = sorted(tally.rules, key=lambda r: -tally.rules[r])[:2]
        yield f"| {kind} | {_shares(tally)} | {', '.join(often)} |"
    whole = Tally(
        wrong=sum(t.wrong for t in tallies.values()),
        found_early=sum(t.found_early for t in tallies.values()),
        found=sum(t.found for t in tallies.values()),
    )
    yield f"| all | {_shares(whole)} | |"
    yield f"\nFalse alarms on accepted queries: {alarms}."


def _shares(tally: Tally) -> str:
    def share(count: int) -> str:
        return f"{count / tally.wrong:.0%}" if tally.wrong else ""

    return f"{tally.wrong} | {share(tally.found_early)} | {share(tally.found)}"


if __name__ == "__main__":
    main()
