"""Names of tables and columns as identifiers of a tree, and how alike two names are."""

import re

from rapidfuzz.distance import OSA
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

from askwell.domain.catalog import Catalog
from askwell.language.normal import normalize

_SHORTEST_MISSPELT = 4


def identifier(name: str, catalog: Catalog) -> exp.Identifier:
    """Return the identifier of a stored name, quoted where the dialect would misread it."""
    tokens = Dialect.get_or_raise(catalog.dialect).tokenize(name)
    plain = len(tokens) == 1 and tokens[0].token_type is TokenType.VAR and name == name.lower()
    return exp.to_identifier(name, quoted=not plain)


def shown(node: exp.Expr, catalog: Catalog) -> str:
    """Return a piece of SQL as it is shown to people."""
    return node.sql(catalog.dialect, comments=False)


def normal(name: str) -> str:
    """Return what is left of a name without case, width, spaces, hyphens and underscores."""
    return normalize(name).text


def singular(name: str) -> str:
    """Return an English name in the singular, roughly: `companies` is `company`."""
    name = normal(name)
    if name.endswith("ies") and len(name) > 4:
        return name[:-3] + "y"
    if re.search(r"(ss|x|ch|sh)es$", name):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def one_slip(name: str, known: str) -> bool:
    """Tell whether two names differ by one letter; a short word or a number never does."""
    shorter = min(len(name), len(known))
    if name == known or any(c.isdigit() for c in name + known):
        return False
    hangul = any("가" <= c <= "힣" for c in name)
    return shorter >= (3 if hangul else _SHORTEST_MISSPELT) and OSA.distance(name, known) == 1
