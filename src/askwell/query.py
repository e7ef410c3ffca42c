"""The one door to a warehouse, for everybody.

In this order: guard, rights, limits, cancel, audit, rows kept. What runs is rendered from the
checked and narrowed tree, never the text that came in. A test proves that nothing else in
askwell calls a warehouse.
"""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.noun import Label, Scalar
from askwell.domain.result import Draft, Finding, Result, ResultColumn
from askwell.domain.rights import Rights
from askwell.errors import AskwellError, BadQuery, Refused, TimedOut, TooLarge
from askwell.sql.clock import NOW, reads_clock, stop_clock
from askwell.sql.parse import parse, render
from askwell.sql.rewrite import CTE_PREFIX, restrict, tables_of
from askwell.sql.rules import check as check_rules
from askwell.stores import AuditStore, ResultStore
from askwell.warehouses import FoundTable, Plan, Rows, Warehouse

_CONCURRENT = 4
_AUDITED_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one query: `rows` handed out, `seconds` it may run, `keep_seconds` its rows stay."""

    rows: int = 1_000
    seconds: float = 30.0
    keep_seconds: float = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """Hold SQL that passed the guard and was narrowed to somebody's rights.

    `reads_clock`: it has a parameter `sql.clock.NOW`, for the time that it asked for.
    """

    sql: str
    tables: tuple[str, ...]
    reads_clock: bool = False


def prepare(sql: str, dialect: str, catalog: Catalog, rights: Rights) -> Prepared:
    """Guard `sql` and narrow it to `rights`.

    Raises:
        BadQuery: not one statement that can be parsed.
        Refused: a rule or the rights forbid it; `rule` says which.
    """
    try:
        tree = stop_clock(parse(sql, dialect))
        findings = check_rules(tree, dialect)
        if findings:
            raise Refused(findings[0].message, rule=findings[0].rule)
        narrowed = restrict(tree, dialect, catalog, rights)
        tables = tables_of(tree, dialect)
        return Prepared(render(narrowed, dialect), tables, reads_clock(tree))
    except RecursionError:
        raise BadQuery("the SQL is nested too deeply; use WITH to flatten it") from None


def check(draft: Draft, *, catalog: Catalog, rights: Rights) -> tuple[Finding, ...]:
    """Return all that the guard and the rights have against a draft, without running it."""
    try:
        findings = check_rules(stop_clock(parse(draft.sql, draft.dialect)), draft.dialect)
        if not findings:
            prepare(draft.sql, draft.dialect, catalog, rights)
    except BadQuery as error:
        return (Finding(rule="syntax", message=str(error), line=error.line, column=error.column),)
    except Refused as error:
        return (Finding(rule=error.rule, message=str(error)),)
    return findings


@dataclass(frozen=True, slots=True)
class QueryDoor:
    """Run SQL on one warehouse with somebody's rights; at most a few queries at a time."""

    warehouse: Warehouse
    results: ResultStore
    audit: AuditStore
    clock: Clock
    turnstile: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_CONCURRENT))

    async def run(
        self,
        draft: Draft,
        *,
        catalog: Catalog,
        rights: Rights,
        asker: str,
        limits: Limits = Limits(),
    ) -> Result:
        """Run a draft, keep its rows, and write down who read what.

        Raises:
            Refused: a rule of the guard or the rights forbid it; it never reached the warehouse.
            BadQuery, TimedOut, TooLarge, Transient, Misconfigured: as the warehouse says.
        """
        started = time.perf_counter()
        event = self._event(draft, rights, asker)
        try:
            ready = prepare(draft.sql, draft.dialect, catalog, rights)
            event["tables"] = ",".join(ready.tables)
            rows = await self._fetch(ready, draft.parameters, limits)
            result = self._result(draft, rows, started)
            if limits.keep_seconds:
                await self.results.put(result, seconds=limits.keep_seconds)
        except (AskwellError, asyncio.CancelledError) as error:
            rule = getattr(error, "rule", None)
            await self._record(event, started, outcome=type(error).__name__, rule=rule)
            raise
        await self._record(event, started, outcome="ok", rows=result.row_count, result_id=result.id)
        return result

    async def fetch(
        self,
        sql: str,
        parameters: Mapping[str, Scalar] | None = None,
        *,
        catalog: Catalog,
        rights: Rights,
        limits: Limits = Limits(),
    ) -> Rows:
        """Run askwell's own SQL, for learning and freshness; guarded, but neither kept nor audited.

        Raises:
            Refused, BadQuery, TimedOut, TooLarge, Transient, Misconfigured: as in `run`.
        """
        ready = prepare(sql, self.warehouse.dialect, catalog, rights)
        return await self._fetch(ready, parameters or {}, limits)

    async def explain(
        self, draft: Draft, *, catalog: Catalog, rights: Rights, most_cost: float | None = None
    ) -> Plan:
        """Return the warehouse's plan of a draft without running it; errors as in `run`.

        Raises:
            TooLarge: the warehouse guesses a cost above `most_cost`, in its own unit.
        """
        ready = prepare(draft.sql, draft.dialect, catalog, rights)
        async with self.turnstile:
            plan = await self.warehouse.explain(ready.sql, self._bound(ready, draft.parameters))
        if most_cost is not None and (plan.cost or 0) > most_cost:
            raise TooLarge(
                f"the plan's cost is {plan.cost:,.0f}, and {most_cost:,.0f} is allowed;"
                " read a shorter period, fewer tables, or join by keys"
            )
        return plan

    async def tables(self) -> tuple[FoundTable, ...]:
        """Return what the warehouse says that it holds, for learning."""
        return await self.warehouse.tables()

    def _bound(self, ready: Prepared, parameters: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
        return {**parameters, NOW: self.clock.now()} if ready.reads_clock else parameters

    async def _fetch(
        self, ready: Prepared, parameters: Mapping[str, Scalar], limits: Limits
    ) -> Rows:
        values = self._bound(ready, parameters)
        async with self.turnstile:
            try:
                return await self.warehouse.fetch(
                    ready.sql, values, max_rows=limits.rows, seconds=limits.seconds
                )
            except TimedOut:
                raise
            except BadQuery as error:
                # Line and column are those of the narrowed SQL, which nobody wrote.
                raise BadQuery(str(error).replace(CTE_PREFIX, "")) from error

    def _result(self, draft: Draft, rows: Rows, started: float) -> Result:
        return Result(
            id=uuid.uuid4().hex,
            columns=_columns(draft.columns, rows),
            rows=rows.rows,
            row_count=len(rows.rows),
            truncated=rows.truncated,
            sql=draft.sql,
            elapsed_ms=_milliseconds_since(started),
            created=self.clock.now(),
        )

    def _event(self, draft: Draft, rights: Rights, asker: str) -> dict[str, Scalar]:
        """Describe the attempt; parameter values stay out, for they may be personal data."""
        return {
            "at": self.clock.now(),
            "asker": asker,
            "rights": rights.fingerprint,
            "way": draft.way,
            "sql": draft.sql[:_AUDITED_CHARACTERS],
            "sql_hash": hashlib.sha256(draft.sql.encode()).hexdigest()[:16],
        }

    async def _record(self, event: dict[str, Scalar], started: float, **more: Scalar) -> None:
        await self.audit.record(event | {"ms": _milliseconds_since(started)} | more)


def _columns(promised: tuple[ResultColumn, ...], rows: Rows) -> tuple[ResultColumn, ...]:
    """Match what came back with what the draft promised, by name; types are the warehouse's."""
    by_name = {c.name.lower(): c for c in promised}
    return tuple(
        by_name.get(name.lower(), ResultColumn(name=name, label=Label(en=name))).model_copy(
            update={"name": name, "type": kind}
        )
        for name, kind in zip(rows.names, rows.types, strict=True)
    )


def _milliseconds_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
