"""Baselines: the bare model, with the whole schema in its prompt and nothing around it.

The prompt is after that of github.com/defog-ai/sql-eval: task, schema, instructions, question.
"""

from collections.abc import Iterator

from pydantic import BaseModel

from askwell import prompts
from askwell.domain.catalog import Catalog, Column, Table
from askwell.errors import BadModelOutput, BadQuery, Refused, TooLarge
from askwell.evaluation.cases import Case
from askwell.evaluation.outcome import Response, Spent
from askwell.evaluation.run import Agent, Fetch
from askwell.models import Model, Reply, Request

_NONE = "(none)"


class BareSQL(BaseModel):
    """Be the model's answer."""

    sql: str


def bare(model: Model, catalog: Catalog, fetch: Fetch, *, rounds: int = 0) -> Agent:
    """Return the agent that is a bare model: one call, and `rounds` more where SQL fails.

    What the database said is then all that it learns.
    """
    prompt, schema = prompts.load("bare"), ddl(catalog)

    def request(case: Case, attempts: str) -> Request:
        return prompt.fill(
            dialect=catalog.dialect,
            schema=schema,
            instructions=case.instructions or _NONE,
            question=case.question,
            attempts=attempts or _NONE,
        )

    async def answer(case: Case) -> Response:
        attempts, last, spent = "", None, Spent()
        while last is None or (last.sql and not last.ran and spent.repairs < rounds):
            spent = spent.model_copy(update={"repairs": spent.calls})
            last, spent = await _attempt(model, request(case, attempts), fetch, spent)
            attempts += f"The query was:\n{last.sql}\nThe database said:\n{last.problem}\n"
        return last.model_copy(update={"spent": spent})

    return answer


async def _attempt(
    model: Model, request: Request, fetch: Fetch, spent: Spent
) -> tuple[Response, Spent]:
    """Let the model write SQL, and run it."""
    try:
        reply = await model.ask(request, BareSQL)
    except (BadModelOutput, TooLarge) as error:
        return _failed(error), _added(spent, error)
    spent, sql = _added(spent, reply), reply.answer.sql
    try:
        rows = await fetch(sql)
    except (BadQuery, Refused, TooLarge) as error:
        return _failed(error, sql), spent
    ran = Response(kind="answer", way="generated", sql=sql, width=len(rows.names), rows=rows.rows)
    return ran, spent


def _failed(error: Exception, sql: str | None = None) -> Response:
    return Response(kind="error", sql=sql, problem=f"{type(error).__name__}: {error}")


def _added(spent: Spent, one: Reply[BareSQL] | BadModelOutput | TooLarge) -> Spent:
    """Count one more call; an answer that cannot be used may have cost tokens all the same."""
    return Spent(
        calls=spent.calls + 1,
        repairs=spent.repairs,
        input_tokens=spent.input_tokens + getattr(one, "input_tokens", 0),
        output_tokens=spent.output_tokens + getattr(one, "output_tokens", 0),
        cached_tokens=spent.cached_tokens + getattr(one, "cached_tokens", 0),
    )


def ddl(catalog: Catalog) -> str:
    """Return the whole schema as CREATE TABLE statements, with descriptions as comments."""
    return "\n".join(_table(t) for t in catalog.tables)


def _table(table: Table) -> str:
    lines = list(_columns(table))
    return "\n".join([f"CREATE TABLE {table.name} ({_comment(table)}", *lines, ");"])


def _columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        key = " PRIMARY KEY" if column.primary_key else ""
        to = None if column.inferred else column.references
        reference = f" REFERENCES {to.table}({to.column})" if to else ""
        comma = "" if column is table.columns[-1] else ","
        yield f"  {column.name} {column.type}{key}{reference}{comma}{_comment(column)}"


def _comment(described: Table | Column) -> str:
    text = " ".join(described.description.split())
    return f" -- {text}" if text else ""
