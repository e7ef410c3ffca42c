"""The one way into and out of sqlglot for SQL that somebody wrote."""

import logging
import string
from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy
from sqlglot.errors import ParseError, SqlglotError

from askwell.errors import BadQuery

MAX_CHARACTERS = 100_000
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

# sqlglot warns about statements it does not know; a rule refuses them, with a finding.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


def parse(sql: str, dialect: str) -> exp.Expr:
    """Return the tree of one statement, with names as the warehouse itself reads them.

    Where it folds bare names, `Users` is `users` in the tree; parameters are placeholders.

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
    return _settled(statements[0], dialect)


def name_key(dialect: str) -> Callable[[str], str]:
    """Return what makes two names of one thing equal; names as `parse` leaves them."""
    return str if _folds(dialect) else str.lower


def render(tree: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    """Return the SQL of a tree, without comments.

    Every identifier is quoted: a bare `current_schema` is a column to sqlglot and a function
    to the warehouse. A parameter is `$name` in every dialect; the doors know it so.
    """
    if dialect == "postgres":
        tree = tree.transform(_with_dollar)
    return tree.sql(dialect, identify=True, comments=False, pretty=pretty)


def pretty(sql: str, dialect: str) -> str:
    """Return `sql` laid out for people, without comments.

    Raises:
        BadQuery: as in `parse`.
    """
    return parse(sql, dialect).sql(dialect, comments=False, pretty=True)


def _folds(dialect: str) -> bool:
    """Tell that bare names are made lower case, and quoted ones are told apart by case."""
    strategy = Dialect.get_or_raise(dialect).normalization_strategy
    return bool(strategy == NormalizationStrategy.LOWERCASE)


def _settled(tree: exp.Expr, dialect: str) -> exp.Expr:
    if not _folds(dialect):
        return tree
    for identifier in tree.find_all(exp.Identifier):
        if not identifier.args.get("quoted"):
            identifier.set("this", identifier.name.translate(_LOWER))
    for parameter in list(tree.find_all(exp.Parameter)):
        if isinstance(parameter.this, exp.Var):
            parameter.replace(exp.Placeholder(this=parameter.name))
    return tree


def _with_dollar(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Placeholder):
        return exp.Parameter(this=exp.var(node.name))
    return node


def _bad_query(error: ParseError) -> BadQuery:
    first = error.errors[0] if error.errors else {}
    near = f" near {first['highlight']!r}" if first.get("highlight") else ""
    message = f"not valid SQL{near}: {first.get('description', error)}"
    return BadQuery(message, line=first.get("line"), column=first.get("col"))
