"""Literals that the column beside them does not hold, or cannot be compared with."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp

from askwell.domain.catalog import Column, ColumnRef, Value
from askwell.domain.result import Finding
from askwell.sql.checks import Subject
from askwell.sql.finding import found, listed, quoted
from askwell.sql.names import one_slip
from askwell.sql.scopes import Scope, walk
from askwell.sql.texts import complete_texts, matches
from askwell.sql.types import DAYS, NUMBERS, kind_of

_LONGEST_CODE = 3
# Spaces and hyphens beside a letter; `1-2` and `A-` keep theirs.
_JOINING = re.compile(r"(?<=[^\W\d_])[\s_\-'’]+(?=\w)|(?<=\w)[\s_\-'’]+(?=[^\W\d_])")
_SPECIAL_DAYS = frozenset(
    {"now", "today", "tomorrow", "yesterday", "epoch", "infinity", "-infinity"}
)
_NUMBER = re.compile(r"\s*[-+]?[\d.]+(e[-+]?\d+)?\s*", re.IGNORECASE)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_PATTERNS = (exp.Like, exp.ILike)


@dataclass(frozen=True, slots=True)
class Compared:
    """Be a stored column and a literal that a condition compares.

    `case` is the function around the column that changes its case, if any.
    """

    condition: exp.Expr
    ref: ColumnRef
    column: Column
    literal: exp.Literal
    case: Callable[[str], str] | None = None


def unknown_value(subject: Subject) -> Iterator[Finding]:
    """Find texts that no row holds, where what is meant is near or in another column.

    A text with nothing near may be right: then the answer is that there is none.
    """
    for compared in _compared(subject, exp.EQ, exp.NEQ, exp.In):
        held = complete_texts(compared.column)
        if (
            not compared.literal.is_string
            or not held
            or compared.literal.name in _cased(held, compared)
        ):
            continue
        near = _near(compared, held)
        telling = not near and len(compared.literal.name) >= _LONGEST_CODE
        is_told = telling and not isinstance(compared.condition, exp.NEQ)
        others = _elsewhere(compared, subject) if is_told else []
        if near or others:
            yield _unknown_value(compared, near, others, subject)


def unmatched_case(subject: Subject) -> Iterator[Finding]:
    """Find patterns that only match if case is ignored."""
    for compared in _compared(subject, *_PATTERNS):
        held = complete_texts(compared.column)
        if not compared.literal.is_string or not held or compared.condition.args.get("escape"):
            continue
        like, loose = compared.literal.name, isinstance(compared.condition, exp.ILike)
        if any(matches(like, v, ignore_case=loose) for v in _cased(held, compared)):
            continue
        near = [v for v in held if matches(like, v, ignore_case=True)]
        if near:
            said = quoted(compared.condition, subject.dialect)
            hint = f"LIKE looks at case and the column holds {_texts(near)}; use ILIKE"
            yield found("unmatched_case", compared.condition, f"{said} matches no row", hint)


def compared_types(subject: Subject) -> Iterator[Finding]:
    """Find columns compared with a literal of another type."""
    for compared in _compared(subject, *_COMPARISONS, exp.In, exp.Between):
        problem = None if compared.case else _mismatch(compared, subject)
        if problem:
            ref, said = compared.ref, quoted(compared.literal, subject.dialect)
            message = f"{ref.column} is {compared.column.type} and compared with {said}"
            yield found("compared_types", compared.condition, message, problem)


def _compared(subject: Subject, *kinds: type[exp.Expr]) -> Iterator[Compared]:
    for scope in subject.scopes:
        for node in walk(scope.select):
            if isinstance(node, kinds):
                yield from _pairs(node, scope)


def _pairs(node: exp.Expr, scope: Scope) -> Iterator[Compared]:
    sides = [node.this, *node.expressions, node.args.get("low"), node.args.get("high")]
    sides += [node.args.get("expression")]
    literals = [s for s in sides if isinstance(s, exp.Literal)]
    for side in sides:
        case = {exp.Lower: str.lower, exp.Upper: str.upper}.get(type(side))
        inner = side.this if case and side else side
        ref, column = scope.base(inner), scope.stored(inner)
        if ref and column:
            yield from (Compared(node, ref, column, literal, case) for literal in literals)


def _cased(held: list[str], compared: Compared) -> list[str]:
    return [compared.case(v) for v in held] if compared.case else held


def _unknown_value(
    compared: Compared, near: list[str], others: list[str], subject: Subject
) -> Finding:
    ref, said = compared.ref, quoted(compared.literal, subject.dialect)
    message = f"no row of {ref.table} has {said} as {ref.column}"
    if compared.case and near:
        near = [compared.case(v) for v in near]
        hint = f"the {compared.case.__name__} case of what it holds is {_texts(near)}"
    else:
        hint = f"it holds {_texts(near)}" if near else f"{listed(others)} has {said}"
    return found("unknown_value", compared.condition, message, hint)


def _near(compared: Compared, held: list[str]) -> list[str]:
    """Return the stored texts that a literal may stand for, by the first test that any passes."""
    written, values = compared.literal.name, compared.column.values
    assert values is not None
    called = [v.stored for v in values.values if _is_called(written, v)]
    if called or isinstance(compared.condition, exp.NEQ):
        return [str(v) for v in called]
    for is_near in (_is_misspelt, _begins, _abbreviates):
        if near := [v for v in held if is_near(written, v)]:
            return near
    return []


def _is_called(written: str, value: Value) -> bool:
    names = (str(value.stored), value.label.ko, value.label.en, *value.synonyms)
    return _letters(written) in {_letters(name) for name in names if name}


def _is_misspelt(written: str, stored: str) -> bool:
    """Tell whether two texts differ by one letter of one word."""
    ours, theirs = (re.findall(r"\w+", text.casefold()) for text in (written, stored))
    if len(ours) != len(theirs):
        return False
    slips = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    return len(slips) == 1 and one_slip(*slips[0])


def _begins(written: str, stored: str) -> bool:
    """Tell whether a stored text goes on where a literal ends: `New York City`."""
    return bool(_letters(written)) and stored.casefold().startswith(
        written.casefold().rstrip() + " "
    )


def _abbreviates(written: str, stored: str) -> bool:
    """Tell whether one is a code of the other: CA of California, NY of New York."""
    code, whole = sorted((written, stored), key=len)
    short, long = _letters(code), _letters(whole)
    if not (0 < len(short) <= _LONGEST_CODE and short.isalpha() and long.isalpha()):
        return False
    initials = "".join(word[0] for word in re.findall(r"\w+", whole)).casefold()
    return code.isupper() and (long.startswith(short) or (len(short) > 1 and initials == short))


def _letters(text: str) -> str:
    """Return a text without case, width, and what joins its words: `A-` is not `A`."""
    return _JOINING.sub("", unicodedata.normalize("NFKC", text).casefold().strip())


def _elsewhere(compared: Compared, subject: Subject) -> list[str]:
    """Return other columns that hold the literal, and nothing that this column holds.

    Columns with values in common are of one kind: there the literal may just be missing.
    """
    own = {_letters(v) for v in complete_texts(compared.column)}
    places = []
    for table in subject.catalog.tables:
        for column in table.columns:
            held = column.values.values if column.values else ()
            texts = {_letters(str(v.stored)) for v in held}
            other = column.name != compared.ref.column and not texts & own
            if other and any(v.stored == compared.literal.name for v in held):
                places.append(f"{table.name}.{column.name}")
    return places


def _texts(texts: list[str]) -> str:
    return listed(("'" + t.replace("'", "''") + "'" for t in texts), 5)


def _mismatch(compared: Compared, subject: Subject) -> str:
    kind, literal = kind_of(compared.column.type), compared.literal
    if literal.is_string:
        return _text_mismatch(kind, literal.name)
    if kind == "text" and (subject.dialect == "postgres" or _has_words(compared.column)):
        return f"write '{literal.name}', or cast the column"
    if kind == "boolean" and subject.dialect == "postgres":
        return "compare it with true or false"
    if kind in DAYS:
        return "compare it with a date, 'YYYY-MM-DD', or take a part of it with EXTRACT"
    return ""


def _has_words(column: Column) -> bool:
    """Tell whether a text column is known to hold what is no number."""
    held = column.values.values if column.values else ()
    return any(not _NUMBER.fullmatch(str(v.stored)) for v in held)


def _text_mismatch(kind: str | None, text: str) -> str:
    if kind in NUMBERS and not _NUMBER.fullmatch(text):
        return "compare it with a number"
    if kind in DAYS and text.strip() and not re.search(r"\d", text):
        special = text.strip().lower() in _SPECIAL_DAYS
        return "" if special else "compare it with a date, 'YYYY-MM-DD'"
    return ""
