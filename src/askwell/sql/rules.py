"""The guard: what SQL may be run at all, whoever asks.

Everything is by allow-list, so that syntax nobody thought of is refused. Each rule is a plain
function from a tree to findings; `RULES` is their order.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from rapidfuzz import fuzz, process
from sqlglot import exp

from askwell.domain.result import Finding
from askwell.sql.finding import found
from askwell.sql.functions import ALLOWED, SYNTAX

Rule = Callable[[exp.Expr, str], Iterable[Finding]]

_READS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_WRITES = (exp.DDL, exp.DML, exp.Command, exp.Into, exp.Lock)
_LONGEST_REPETITION = 1_000
_NO_WIDTH = re.compile(r"(?:[^%]|%[%sIL])*")
_INSTEAD = {
    exp.ByteString.key: "write the text in plain quotes, a line break as chr(10)",
    exp.UnicodeString.key: "write the letters themselves in plain quotes",
    exp.TableSample.key: "read the whole table",
    exp.Collate.key: "leave the collation out",
}
_SOURCES = (exp.Table, exp.Subquery, exp.Lateral, exp.Unnest, exp.Values)
_OWN_RULE = (exp.Func, exp.DataType)


def reads_only(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find a statement that is not a SELECT, and whatever writes, in any position."""
    if not isinstance(tree, _READS):
        yield found("reads_only", tree, f"{_name(tree)} is not a SELECT", "write one SELECT")
    for node in tree.find_all(*_WRITES):
        if not isinstance(node, exp.Query):
            message = f"{_name(node)} may not be part of a query"
            yield found("reads_only", node, message, "write a SELECT that only reads")


def known_syntax(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find syntax that is not on the list."""
    for node in tree.walk():
        if node.key not in SYNTAX and not isinstance(node, _OWN_RULE):
            hint = _INSTEAD.get(node.key, "write it with plain SELECT, JOIN, WHERE, GROUP BY, CASE")
            yield found("known_syntax", node, f"{_name(node)} may not be used", hint)


def known_functions(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find functions that are not on the dialect's list."""
    allowed = ALLOWED[dialect]
    for node in tree.find_all(exp.Func):
        if isinstance(node, exp.Anonymous):
            known = isinstance(node.this, str) and node.this.lower() in allowed.functions
        else:
            known = node.key in SYNTAX or node.key in allowed.parsed
        if not known:
            name = _name(node)
            message = f"the function {name} may not be used"
            yield found("known_functions", node, message, _like(name, allowed.functions))


def known_sources(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find whatever is read from that is no name, no subquery and no harmless table function."""
    for node in tree.find_all(exp.From, exp.Join):
        if not isinstance(node.this, _SOURCES):
            message = f"{_name(node.this)} may not stand after FROM"
            yield found("known_sources", node, message, "read a table or a subquery")
    for node in tree.find_all(exp.Table, exp.Lateral):
        if not _is_known_source(node, dialect):
            name = _name(node.this) if isinstance(node.this, exp.Expr) else "this"
            allowed = ", ".join(sorted(ALLOWED[dialect].table_functions))
            hint = f"read a table, a subquery, or one of {allowed}"
            yield found("known_sources", node, f"{name} may not stand after FROM", hint)


def _is_known_source(node: exp.Expr, dialect: str) -> bool:
    source = node.this
    if isinstance(source, exp.Identifier):
        return isinstance(node, exp.Table)
    if isinstance(source, exp.Anonymous):
        return source.name.lower() in ALLOWED[dialect].table_functions
    return isinstance(source, (exp.Subquery, exp.Unnest, exp.GenerateSeries, exp.Explode))


def known_types(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find types that are not on the dialect's list."""
    allowed = ALLOWED[dialect].types
    for node in tree.find_all(exp.DataType):
        if str(getattr(node.this, "value", node.this)).lower() not in allowed:
            name = node.sql(dialect)
            hint = _like(name.lower(), allowed)
            yield found("known_types", node, f"the type {name} may not be used", hint)


def plain_pivot(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find pivots other than the standard one behind a table: they run as several statements."""
    for node in tree.find_all(exp.Pivot):
        if node.this or not isinstance(node.parent, (exp.Table, exp.Subquery)):
            yield found("plain_pivot", node, "write PIVOT behind a table, or use CASE")


def named_parameters(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find parameters that are not written `$name`."""
    for node in tree.find_all(exp.Placeholder):
        if not node.name.isidentifier():
            yield found("named_parameters", node, "write parameters as $name")


def modest_repetition(tree: exp.Expr, dialect: str) -> Iterator[Finding]:
    """Find `repeat`, padding and formats beyond a length: some servers do not stop for them."""
    for node in tree.find_all(exp.Repeat, exp.Pad):
        length = node.args["times" if isinstance(node, exp.Repeat) else "expression"]
        if not (length.is_int and int(length.name) <= _LONGEST_REPETITION):
            message = f"write a number up to {_LONGEST_REPETITION:,} as the length"
            yield found("modest_repetition", node, message)
    for node in tree.find_all(exp.Format):
        if not (node.this.is_string and _NO_WIDTH.fullmatch(node.this.name)):
            yield found("modest_repetition", node, "write a format of %s alone, or use ||")


RULES: tuple[Rule, ...] = (
    reads_only,
    known_syntax,
    known_functions,
    known_sources,
    known_types,
    plain_pivot,
    named_parameters,
    modest_repetition,
)


def check(tree: exp.Expr, dialect: str) -> tuple[Finding, ...]:
    """Return what the rules find, in their order; nothing found means that it may run."""
    return tuple(finding for rule in RULES for finding in rule(tree, dialect))


def _like(name: str, allowed: Iterable[str]) -> str:
    """Return a hint that names what is allowed and written much the same."""
    near = process.extract(name, sorted(allowed), scorer=fuzz.ratio, limit=3, score_cutoff=70)
    known = [other for other, *_ in near]
    return f"use {' or '.join(known)}" if known else "find another way to say it"


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    if isinstance(node, exp.Func):
        return node.sql_name().lower()
    return node.key.upper()
