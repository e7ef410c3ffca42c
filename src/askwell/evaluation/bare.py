"""Baselines: the bare model, with the whole schema in its prompt and nothing around it.

The prompt is after that of github.com/defog-ai/sql-eval: task, schema, instructions, question.
"""

import re
from collections.abc import Iterable

from pydantic import BaseModel

from askwell import prompts
from askwell.domain.catalog import Catalog, Column, Table
from askwell.domain.result import Attempt, Finding
from askwell.errors import BadModelOutput, BadQuery, Misconfigured, Refused, TooLarge
from askwell.evaluation.cases import Case
from askwell.evaluation.outcome import Response, Spent
from askwell.evaluation.run import Agent, Fetch
from askwell.models import Model, Reply, Request
from askwell.warehouses import FoundColumn, FoundTable

_NONE = "(none)"


class BareSQL(BaseModel):
    """Be the model's answer."""

    sql: str


def bare(model: Model, schema: str, dialect: str, fetch: Fetch, *, rounds: int = 0) -> Agent:
    """Return the agent that is a bare model: one call, and `rounds` more where SQL fails.

    What the database said is then all that it learns.
    """
    prompt = prompts.load("bare")

    def request(case: Case, path: tuple[Attempt, ...]) -> Request:
        return prompt.fill(
            dialect=dialect,
            schema=schema,
            instructions=case.instructions or _NONE,
            question=case.question,
            attempts="\n".join(_told(step) for step in path) or _NONE,
        )

    async def answer(case: Case) -> Response:
        path: tuple[Attempt, ...] = ()
        spent = Spent()
        for round_ in range(rounds + 1):
            said, spent = await _asked(model, request(case, path), spent)
            if isinstance(said, Exception):
                return _failed(said).model_copy(update={"path": path, "spent": spent})
            response = await _ran(said.sql, fetch)
            path = (*path, _step(response, round_))
            if response.ran:
                break
        return response.model_copy(update={"path": path, "spent": spent})

    return answer


def bare_rounds(agent: str) -> int:
    """Return how many rounds `bare` or `bare+N` has.

    Raises:
        Misconfigured: that is no name of a baseline.
    """
    found = re.fullmatch(r"bare(?:\+(\d))?", agent)
    if not found:
        raise Misconfigured(f"There is no agent {agent!r}. Write askwell, bare, or e.g. bare+2.")
    return int(found[1] or 0)


async def _asked(
    model: Model, request: Request, spent: Spent
) -> tuple[BareSQL | BadModelOutput | TooLarge, Spent]:
    """Return the model's answer, or why it has none, and what was spent until then."""
    try:
        reply = await model.ask(request, BareSQL)
    except (BadModelOutput, TooLarge) as error:
        return error, _added(spent, error)
    return reply.answer, _added(spent, reply)


async def _ran(sql: str, fetch: Fetch) -> Response:
    try:
        rows = await fetch(sql)
    except (BadQuery, Refused, TooLarge) as error:
        return _failed(error, sql)
    return Response(kind="answer", way="generated", sql=sql, width=len(rows.names), rows=rows.rows)


def _step(response: Response, round_: int) -> Attempt:
    """Keep the SQL, and what the database said to it."""
    said = (Finding(rule="warehouse", message=response.problem),) if response.problem else ()
    return Attempt(kind="rewritten" if round_ else "written", sql=response.sql or "", findings=said)


def _told(step: Attempt) -> str:
    said = "\n".join(f.message for f in step.findings)
    return f"The query was:\n{step.sql}\nThe database said:\n{said}"


def _failed(error: Exception, sql: str | None = None) -> Response:
    return Response(kind="error", sql=sql, problem=f"{type(error).__name__}: {error}")


def _added(spent: Spent, one: Reply[BareSQL] | BadModelOutput | TooLarge) -> Spent:
    """Count one more call; an answer that cannot be used may have cost tokens all the same."""
    return Spent(
        calls=spent.calls + 1,
        repairs=spent.calls,
        input_tokens=spent.input_tokens + getattr(one, "input_tokens", 0),
        output_tokens=spent.output_tokens + getattr(one, "output_tokens", 0),
        cached_tokens=spent.cached_tokens + getattr(one, "cached_tokens", 0),
    )


def ddl(found: Iterable[FoundTable], catalog: Catalog) -> str:
    """Return those tables that are in the catalog as CREATE TABLE statements.

    Types and keys are the warehouse's own, for what askwell has inferred is not the bare
    model's; descriptions stand in comments.
    """
    known = catalog.table_named
    return "\n".join(_table(t, known[t.name]) for t in found if t.name in known)


def _table(found: FoundTable, described: Table) -> str:
    columns = [(c, d) for c in found.columns if (d := described.column(c.name))]
    lines = [f"  {_column(c)},{_comment(d)}" for c, d in columns[:-1]]
    lines += [f"  {_column(c)}{_comment(d)}" for c, d in columns[-1:]]
    return "\n".join([f"CREATE TABLE {found.name} ({_comment(described)}", *lines, ");"])


def _column(found: FoundColumn) -> str:
    key = " PRIMARY KEY" if found.primary_key else ""
    to = found.references
    return f"{found.name} {found.type}{key}{f' REFERENCES {to[0]}({to[1]})' if to else ''}"


def _comment(described: Table | Column) -> str:
    text = " ".join(described.description.split())
    return f" -- {text}" if text else ""
