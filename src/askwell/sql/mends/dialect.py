"""Read SQL that is wrapped in prose, or written for another database.

A function that the warehouse does not have is translated where it stands; a text that the
warehouse's grammar refuses is read as another dialect as a whole. Both only where all readings
that make sense come to the same.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from askwell.domain.catalog import Catalog
from askwell.domain.mending import Change
from askwell.errors import BadQuery
from askwell.sql.clock import stop_clock
from askwell.sql.functions import ALLOWED
from askwell.sql.names import shown
from askwell.sql.parse import parse
from askwell.sql.rewrite import tables_of
from askwell.sql.rules import known_functions

_OTHERS = ("mysql", "bigquery", "tsql", "snowflake", "sqlite", "duckdb", "postgres")
_FENCED = re.compile(r"```[ \t]*\w*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_START = re.compile(r"^[ \t]*(?:SELECT|WITH)\b", re.IGNORECASE | re.MULTILINE)
_STATEMENT = re.compile(r"(?:'(?:[^']|'')*'|\"[^\"]*\"|[^;'\"])*?(?=;|\n\s*\n(?!\s*\()|\Z)")
_QUOTED = re.compile(r"'(?:[^']|'')*'|`([^`\"]+)`")
_UNITS = frozenset(("year", "quarter", "month", "week", "day", "hour", "minute", "second"))
_WORDS = """
all and any array as between by case cast else exists extract filter from group having if ilike in
interval is join lateral like limit not offset on or order over partition row select set some then
try_cast union using values when where with within
"""
_NO_FUNCTIONS = frozenset(_WORDS.split())
_PARSERS = Parser.FUNCTION_PARSERS
_MOST_CALLS = 40
# Letters; a dozen dialects are tried, and each takes a second for 50,000.
_LONGEST = 20_000


def read(sql: str, catalog: Catalog) -> tuple[exp.Expr, list[Change]] | None:
    """Return the tree of what was written, and what was changed to read it; None if nobody can."""
    if len(sql) > _LONGEST:
        return None
    for text in _queries(sql):
        found = _read(text, catalog)
        if found is None:
            continue
        tree, changes = found
        if text == sql:
            return found
        if _reads_known_table(tree, catalog):
            around = " ".join(sql.replace(text, " … ").split())
            return tree, [Change(mend="dialect", before=around, after="…"), *changes]
    return None


def _read(text: str, catalog: Catalog) -> tuple[exp.Expr, list[Change]] | None:
    """Read a text as the warehouse does, with foreign functions translated, or as a whole."""
    unquoted, changes = _own_quotes(text)
    version, translated = _translated(unquoted, catalog)
    if tree := _parsed(version, catalog.dialect):
        return tree, [*changes, *translated]
    if tree := _as_another(text, catalog):
        before = " ".join(text.split())
        return tree, [Change(mend="dialect", before=before, after=shown(tree, catalog))]
    return None


def _queries(sql: str) -> Iterator[str]:
    """Yield the text, then the one query that stands in it: between fences, or after prose."""
    yield sql
    fenced = {f.strip() for f in _FENCED.findall(sql)}
    if len(fenced) == 1:
        yield from fenced
    start = None if fenced else _START.search(sql)
    statement = _STATEMENT.match(sql, start.start()) if start else None
    if statement and not _START.search(sql, statement.end()):
        yield statement.group()


def _parsed(text: str, dialect: str) -> exp.Expr | None:
    try:
        return parse(text, dialect)
    except BadQuery:
        return None


def _rendered(tree: exp.Expr, dialect: str) -> str | None:
    """Return the SQL of a tree, None where sqlglot cannot say it; it trips over odd arguments."""
    try:
        return tree.sql(dialect, comments=False, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _reads_known_table(tree: exp.Expr, catalog: Catalog) -> bool:
    """Tell whether it is a query of these tables: "Select the name from …" is prose."""
    return bool(set(tables_of(tree, catalog.dialect)) & {t.name.lower() for t in catalog.tables})


def _tokens(text: str, dialect: str) -> list[Token]:
    try:
        return Dialect.get_or_raise(dialect).tokenize(text)
    except SqlglotError:
        return []


def _own_quotes(text: str) -> tuple[str, list[Change]]:
    """Write backticks around names as double quotes."""
    version = _QUOTED.sub(lambda m: f'"{m[1]}"' if m[1] else m[0], text)
    return version, [] if version == text else [Change(mend="dialect", before="`", after='"')]


def _translated(text: str, catalog: Catalog) -> tuple[str, list[Change]]:
    """Translate each call of a function that the warehouse does not have, outer ones first."""
    changes: list[Change] = []
    for _ in range(_MOST_CALLS):
        for start, end in _foreign_calls(text, catalog.dialect):
            call = text[start:end]
            translation = _translation(call, catalog.dialect)
            if translation:
                text = text[:start] + translation + text[end:]
                changes.append(Change(mend="dialect", before=call, after=translation))
                break
        else:
            break
    return text, changes


def _foreign_calls(text: str, dialect: str) -> Iterator[tuple[int, int]]:
    """Yield where calls of functions that the dialect does not have begin and end."""
    allowed = ALLOWED[dialect]
    known = allowed.functions | allowed.table_functions | allowed.types | _NO_FUNCTIONS
    tokens = _tokens(text, dialect)
    for i, (name, bracket) in enumerate(pairwise(tokens)):
        is_call = bracket.token_type is TokenType.L_PAREN and name.text.isidentifier()
        if is_call and name.token_type is not TokenType.IDENTIFIER:
            end = _closing(tokens, i + 1)
            if end and name.text.lower() not in known:
                yield name.start, end.end + 1


def _closing(tokens: list[Token], opening: int) -> Token | None:
    depth = 0
    for token in tokens[opening:]:
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth == 0:
            return token
    return None


def _translation(call: str, dialect: str) -> str | None:
    """Return a call in the warehouse's words, as most dialects that know the function mean it."""
    found: Counter[str] = Counter()
    for other in _knowing(call.partition("(")[0].strip().upper(), dialect):
        tree = _parsed(f"SELECT {call}", other)
        text = _rendered(tree.expressions[0], dialect) if tree and tree.expressions else None
        back = _parsed(f"SELECT {text}", dialect) if text else None
        if (
            text
            and back
            and _makes_sense(back, dialect)
            and _inputs(call, dialect) <= _inputs(text, dialect)
        ):
            found[text] += 1
    best = found.most_common(2)
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None


def _knowing(function: str, dialect: str) -> list[str]:
    """Return the dialects with a reading of their own for a function; all, if none has one."""

    def own(other: str) -> bool:
        parser = Dialect.get_or_raise(other).parser_class
        tables = (parser.FUNCTIONS, Parser.FUNCTIONS), (parser.FUNCTION_PARSERS, _PARSERS)
        return any(mine.get(function) is not general.get(function) for mine, general in tables)

    others = [other for other in _OTHERS if other != dialect]
    return [other for other in others if own(other)] or others


def _inputs(text: str, dialect: str) -> Counter[str]:
    """Count what an expression is about: its names, and how many constants it has."""
    tokens = _tokens(text, dialect)
    words = Counter(
        a.text.lower()
        for a, b in pairwise([*tokens, *tokens[-1:]])
        if a.token_type in (TokenType.VAR, TokenType.IDENTIFIER)
        and b.token_type is not TokenType.L_PAREN
        and not _is_unit(a)
    )
    constants = (TokenType.STRING, TokenType.NUMBER)
    words["?"] = sum(t.token_type in constants and not _is_unit(t) for t in tokens)
    return words


def _is_unit(token: Token) -> bool:
    return token.text.lower().removesuffix("s") in _UNITS


def _makes_sense(tree: exp.Expr, dialect: str) -> bool:
    """Tell whether all functions are known, and times and their formats are not exchanged."""
    formats = tree.find_all(exp.TimeToStr, exp.StrToTime)
    return _are_known(tree, dialect) and not any(
        isinstance(f.this.unnest(), exp.Literal) and f.this.is_string for f in formats
    )


def _are_known(tree: exp.Expr, dialect: str) -> bool:
    """Tell whether the warehouse has all functions; the clock is askwell's own."""
    return not any(known_functions(stop_clock(tree.copy()), dialect))


def _as_another(text: str, catalog: Catalog) -> exp.Expr | None:
    """Return the tree of a text that only other dialects can read, if they agree on it."""
    found: dict[str, exp.Expr] = {}
    for other in _OTHERS:
        tree = _parsed(text, other)
        if tree is None or not _reads_known_table(tree, catalog):
            continue
        _keep_own_conventions(tree, text, catalog.dialect)
        rendered = _rendered(tree, catalog.dialect)
        again = _parsed(rendered, catalog.dialect) if rendered else None
        if again and _are_known(again, catalog.dialect):
            found[again.sql(catalog.dialect)] = again
    return next(iter(found.values())) if len(found) == 1 else None


def _keep_own_conventions(tree: exp.Expr, text: str, dialect: str) -> None:
    """Order NULLs and divide as the warehouse does: the writer thought of neither."""
    own = Dialect.get_or_raise(dialect)
    for division in tree.find_all(exp.Div):
        division.set("typed", own.TYPED_DIVISION)
        division.set("safe", own.SAFE_DIVISION)
    if not re.search(r"\bNULLS\b", text, re.IGNORECASE):
        for ordered in tree.find_all(exp.Ordered):
            large = own.NULL_ORDERING == "nulls_are_large"
            ordered.set("nulls_first", large and bool(ordered.args.get("desc")))
