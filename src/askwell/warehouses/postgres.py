"""PostgreSQL: a few connections; a read-only transaction and a cursor for each query.

Parameters are written `$name`, as for every warehouse; here they become the server's `$1`.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from askwell.domain.noun import Scalar
from askwell.errors import (
    AskwellError,
    BadQuery,
    Cancelled,
    Misconfigured,
    TimedOut,
    TooLarge,
    Transient,
)
from askwell.warehouses import FoundTable, Plan, Rows
from askwell.warehouses.postgres_tables import COLUMNS, TABLES, found_tables
from askwell.warehouses.postgres_types import ADAPTERS, type_name
from askwell.warehouses.values import to_scalar

Connection = psycopg.AsyncConnection[tuple[object, ...]]
Cursor = psycopg.AsyncCursor[tuple[object, ...]]

_CONNECT_WAITS = (0.1, 0.3, 0.9)
_CONNECT_SECONDS = 10
_TABLES_SECONDS = 60.0
_EXPLAIN_SECONDS = 5.0
# The server's own limit comes first; this one is for a server that no longer answers.
_GRACE_SECONDS = 5.0
# Results in binary need the protocol that refuses several statements in one text.
_ALONE = True
_DECLARE = "DECLARE askwell NO SCROLL CURSOR FOR "
_EXPLAIN = "EXPLAIN (FORMAT JSON) "

# A cursor is planned for its first rows, unless told otherwise. A role's own settings for
# these might change what SQL means, so none is left to chance.
_SETTINGS = """
SELECT set_config('statement_timeout', $1, true), set_config('TimeZone', $2, true),
  set_config('search_path', 'pg_catalog, public, pg_temp', true),
  set_config('standard_conforming_strings', 'on', true), set_config('DateStyle', 'ISO', true),
  set_config('IntervalStyle', 'postgres', true), set_config('bytea_output', 'hex', true),
  set_config('extra_float_digits', '1', true), set_config('cursor_tuple_fraction', '1', true)
"""

# What stands in SQL where a `$` is no parameter, and the parameters themselves.
_TOKEN = re.compile(
    r"""[eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/
    | \$(\w*)\$.*?\$\1\$ | (?<![\w$])\$(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)

# libpq gives no error code for a refused connection, only words.
_MAY_PASS = (
    "refused",
    "timeout",
    "timed out",
    "unreachable",
    "no route",
    "closed the connection",
    "reset by peer",
    "starting up",
    "shutting down",
    "recovery",
    "too many",
    "connection slots",
)
# Classes of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html
_PASSING = ("08", "40", "53300", "55P03", "57P")
_TOO_LARGE = ("53", "54000")


class Postgres:
    """Run read-only SQL on one PostgreSQL database.

    `url` is libpq's, `postgresql://role:password@host:port/database`; the password is never
    shown. `time_zone` is the zone in which a TIMESTAMPTZ becomes a day.

    Raises:
        Misconfigured: `url` cannot be read.
    """

    dialect = "postgres"

    def __init__(self, url: str, *, time_zone: str = "UTC", connections: int = 4) -> None:
        self._conninfo = _conninfo(url)
        self._zone = ZoneInfo(time_zone)
        self._turnstile = asyncio.Semaphore(connections)
        self._idle: list[Connection] = []
        self._closed = False

    async def tables(self) -> tuple[FoundTable, ...]:
        """Describe all tables and views that the role may read."""
        with _translated("", _TABLES_SECONDS):
            async with self._transaction(_TABLES_SECONDS) as connection:
                tables = await (await connection.execute(TABLES)).fetchall()
                columns = await (await connection.execute(COLUMNS)).fetchall()
        return found_tables(tables, columns)

    async def fetch(
        self, sql: str, parameters: Mapping[str, Scalar], *, max_rows: int, seconds: float
    ) -> Rows:
        """Run one SELECT; see the protocol for the errors."""
        statement, values = _numbered(_DECLARE, sql, parameters)
        with _translated(statement, seconds):
            async with self._transaction(seconds) as connection:
                await connection.execute(statement, values, binary=_ALONE)
                cursor = await connection.execute(f"FETCH FORWARD {max_rows + 1} FROM askwell")
                return await _rows(cursor, max_rows, self._zone)

    async def explain(self, sql: str, parameters: Mapping[str, Scalar]) -> Plan:
        """Return PostgreSQL's plan with its guesses; errors as in `fetch`."""
        statement, values = _numbered(_EXPLAIN, sql, parameters)
        with _translated(statement, _EXPLAIN_SECONDS):
            async with self._transaction(_EXPLAIN_SECONDS) as connection:
                cursor = await connection.execute(statement, values, binary=_ALONE)
                [(plan,)] = await cursor.fetchall()
        return _plan(plan)

    async def close(self) -> None:
        """Close every connection; those that are at work close when their query ends."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    @asynccontextmanager
    async def _transaction(self, seconds: float) -> AsyncIterator[Connection]:
        """Lend a connection in a transaction whose every statement may take `seconds`.

        Cancelling the task makes psycopg cancel the query on the server and wait for its end.
        """
        async with self._turnstile:
            connection = await self._begun(seconds)
            try:
                async with asyncio.timeout(seconds + _GRACE_SECONDS):
                    yield connection
            finally:
                await self._take_back(connection)

    async def _begun(self, seconds: float) -> Connection:
        """Return a connection in a transaction, a new one where an idle one was lost."""
        while self._idle:
            with suppress(psycopg.OperationalError):
                return await self._begin(self._idle.pop(), seconds)
        return await self._begin(await self._connect(), seconds)

    async def _begin(self, connection: Connection, seconds: float) -> Connection:
        async with AsyncExitStack() as unless_begun:
            unless_begun.push_async_callback(connection.close)
            values = [str(max(1, round(seconds * 1000))), self._zone.key]
            await connection.execute(_SETTINGS, values)
            unless_begun.pop_all()
        return connection

    async def _take_back(self, connection: Connection) -> None:
        try:
            with suppress(psycopg.Error):
                await connection.rollback()
        finally:
            idle = connection.info.transaction_status == TransactionStatus.IDLE
            if idle and not self._closed:
                self._idle.append(connection)
            else:
                await connection.close()

    async def _connect(self) -> Connection:
        for wait in _CONNECT_WAITS:
            with suppress(Transient):
                return await self._connect_once()
            await asyncio.sleep(wait)
        return await self._connect_once()

    async def _connect_once(self) -> Connection:
        try:
            connection = await psycopg.AsyncConnection.connect(
                self._conninfo,
                context=ADAPTERS,
                cursor_factory=psycopg.AsyncRawCursor,
                prepare_threshold=None,
            )
        except psycopg.OperationalError as error:
            raise _not_connected(str(error)) from None
        await connection.set_read_only(True)
        return connection


def _conninfo(url: str) -> str:
    """Return what to connect with. The error shows nothing of `url`: it may hold a password."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        given = {"port": "none"}
    # An `@` or `/` in a password that is not escaped makes it part of what follows.
    strayed = "@" in f"{given.get('host')} {given.get('dbname')}"
    if strayed or not re.fullmatch(r"[\d,]*", str(given.get("port", ""))):
        raise Misconfigured(
            "ASKWELL_WAREHOUSE_URL cannot be read; write postgresql://role:password@host:5432/"
            "database, with special characters of the password as %-escapes, e.g. %40 for @."
        )
    usual: dict[str, str | int | None]
    usual = {"connect_timeout": _CONNECT_SECONDS, "application_name": "askwell"}
    return make_conninfo("", **{**usual, **given, "client_encoding": "utf8"})


def _not_connected(text: str) -> AskwellError:
    reason = " ".join(text.split())
    if any(words in reason.lower() for words in _MAY_PASS):
        return Transient(f"PostgreSQL cannot be reached at the moment: {reason}")
    return Misconfigured(f"askwell cannot log in to PostgreSQL; mend the URL or the role: {reason}")


def _numbered(
    prefix: str, sql: str, parameters: Mapping[str, Scalar]
) -> tuple[str, Sequence[Scalar]]:
    """Return the statement with `$1` for the first `$name`, and the values in that order.

    What is shorter is filled up with spaces, so that places in errors stay right.

    Raises:
        BadQuery: a parameter has no value.
    """
    names: list[str] = []

    def number(token: re.Match[str]) -> str:
        name = token["name"]
        if name is None:
            return token[0]
        if name not in parameters:
            raise BadQuery(f"the parameter ${name} has no value")
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}".ljust(len(token[0]))

    return prefix + _TOKEN.sub(number, sql), [parameters[name] for name in names]


async def _rows(cursor: Cursor, max_rows: int, zone: ZoneInfo) -> Rows:
    rows = await cursor.fetchall()
    described = cursor.description or []
    return Rows(
        names=tuple(column.name for column in described),
        types=tuple(type_name(column) for column in described),
        rows=tuple(tuple(to_scalar(v, zone) for v in row) for row in rows[:max_rows]),
        truncated=len(rows) > max_rows,
    )


def _plan(plan: Any) -> Plan:
    top = plan[0]["Plan"]
    return Plan(json.dumps(plan, ensure_ascii=False), top["Plan Rows"], top["Total Cost"])


@contextmanager
def _translated(statement: str, seconds: float) -> Iterator[None]:
    """Turn psycopg's errors into askwell's."""
    started = time.monotonic()
    try:
        yield
    except TimeoutError:
        raise _timed_out(seconds) from None
    except psycopg.errors.QueryCanceled as error:
        # The words that tell a time-out from a cancel are in the server's language.
        if time.monotonic() - started >= seconds:
            raise _timed_out(seconds) from None
        raise Cancelled("the query was cancelled on the server") from error
    except psycopg.Error as error:
        raise _translate(error, statement) from error


def _timed_out(seconds: float) -> TimedOut:
    return TimedOut(
        f"the query ran longer than {seconds:g} seconds and was cancelled; "
        "ask for a shorter period or fewer groups"
    )


def _translate(error: psycopg.Error, statement: str) -> AskwellError:
    said = error.diag
    text = said.message_primary or " ".join(str(error).split())
    code = said.sqlstate or ""
    if code.startswith(_PASSING) or (not code and isinstance(error, psycopg.OperationalError)):
        return Transient(f"the connection to PostgreSQL was lost; try again: {text}")
    if code.startswith(_TOO_LARGE):
        return TooLarge(f"the query needs more than the server allows: {text}")
    line, column = _place(statement, said.statement_position)
    message = f"{text}. {said.message_hint}" if said.message_hint else text
    return BadQuery(message, line=line, column=column)


def _place(statement: str, position: str | None) -> tuple[int | None, int | None]:
    """Return line and column in the SQL, without the first words that this door put there."""
    if position is None:
        return None, None
    prefix = next(p for p in (_DECLARE, _EXPLAIN, "") if statement.startswith(p))
    before = statement[len(prefix) : int(position) - 1]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
