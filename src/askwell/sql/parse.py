"""The one way into and out of sqlglot for SQL that somebody wrote."""

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError

from askwell.errors import BadQuery

MAX_CHARACTERS = 100_000

# sqlglot warns about statements it does not know; a rule refuses them, with a finding.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def parse(sql: str, dialect: str) -> exp.Expr:
    """Return the tree of one statement.

    Raises:
        BadQuery: not SQL, not exactly one statement, too long or nested too deeply.
    """
    if len(sql) > MAX_CHARACTERS:
        raise BadQuery(f"the SQL is longer than {MAX_CHARACTERS:,} characters; shorten it")
    try:
        parsed = sqlglot.parse(sql, read=dialect)
    except ParseError as error:
        raise _bad_query(error) from None
    except SqlglotError as error:
        raise BadQuery(f"not valid SQL: {error}") from None
    except RecursionError:
        raise BadQuery("the SQL is nested too deeply; use WITH to flatten it") from None
    statements = [s for s in parsed if s is not None and not isinstance(s, exp.Semicolon)]
    if len(statements) != 1:
        raise BadQuery(f"write one SELECT statement; there are {len(statements)}")
    return statements[0]


def render(tree: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    """Return the SQL of a tree, without comments.

    Every identifier is quoted: a bare `current_schema` is a column to sqlglot and a function
    to the warehouse.
    """
    return tree.sql(dialect, identify=True, comments=False, pretty=pretty)


def pretty(sql: str, dialect: str) -> str:
    """Return `sql` laid out for people, without comments.

    Raises:
        BadQuery: as in `parse`.
    """
    return parse(sql, dialect).sql(dialect, comments=False, pretty=True)


def _bad_query(error: ParseError) -> BadQuery:
    first = error.errors[0] if error.errors else {}
    near = f" near {first['highlight']!r}" if first.get("highlight") else ""
    message = f"not valid SQL{near}: {first.get('description', error)}"
    return BadQuery(message, line=first.get("line"), column=first.get("col"))
