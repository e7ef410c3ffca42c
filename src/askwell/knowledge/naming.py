"""Names of tables and columns, taken apart: `tbl_orders` is order, `sellerOrderIds` ends in id."""

import re
from dataclasses import dataclass
from functools import lru_cache

from askwell.language.english import lemma

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
# Words that say what kind of table or key it is, and nothing about what it holds.
_OF_TABLES = "dim fact fct stg stage tbl tb mst master ods dw src raw vw view table"
_TABLE_WORDS = frozenset(_OF_TABLES.split())
_TABLE_ENDINGS = re.compile("(?<=..)(정보|마스터|테이블|목록|내역|원장)$")
_OF_KEYS = "id code cd no nr num number key name nm uuid guid sk pk fk seq"
_ID_WORDS = frozenset(_OF_KEYS.split())
_ID_ENDINGS = re.compile(
    r"(?<=[^\W_])(id|code|uuid|guid|name|번호|코드|아이디|일련번호|키|명|이름)$"
)
_GREEK_PLURALS = ("gnoses", "lyses", "theses", "crises")
_SAME = {
    "cd": "code", "nr": "no", "num": "no", "number": "no", "nm": "name", "guid": "uuid",
    "sk": "key", "pk": "key", "fk": "key", "번호": "no", "일련번호": "no", "코드": "code",
    "아이디": "id", "키": "key", "명": "name", "이름": "name",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """Be a name in parts: `words` without the ending, `ending` such as id, code or name.

    `plural`: its last word was one.
    """

    words: tuple[str, ...]
    ending: str = ""
    plural: bool = False

    @property
    def stem(self) -> str:
        """Return the words as one."""
        return "".join(self.words)


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case.

    >>> words_of("shopCustID"), words_of("고객_번호")
    (('shop', 'cust', 'id'), ('고객', '번호'))
    """
    return tuple(word.lower() for word in _WORD.findall(name))


@lru_cache(maxsize=4096)
def table_name(name: str) -> Name:
    """Return a table's name in the singular, without words for its kind.

    >>> table_name("dim_customers").stem, table_name("고객정보").stem
    ('customer', '고객')
    """
    words = [w for w in words_of(name) if w not in _TABLE_WORDS] or list(words_of(name))
    words = [_TABLE_ENDINGS.sub("", w) for w in words]
    return Name(tuple(map(_singular, words)))


@lru_cache(maxsize=4096)
def column_name(name: str) -> Name:
    """Return a column's name in the singular, its ending apart.

    >>> column_name("home_branch_code")
    Name(words=('home', 'branch'), ending='code', plural=False)
    >>> column_name("orderid")
    Name(words=('order',), ending='id', plural=False)
    """
    words, ending = words_of(name), ""
    if words and words[-1] in _ID_WORDS:
        words, ending = words[:-1], words[-1]
    elif words and (found := _ID_ENDINGS.search(words[-1])):
        words, ending = (*words[:-1], words[-1][: found.start()]), found[1]
    singular = tuple(map(_singular, words))
    plural = bool(words) and not ending and singular[-1] != words[-1]
    return Name(singular, _SAME.get(ending, ending), plural and words[-1].endswith("s"))


def _singular(word: str) -> str:
    """Return the singular; a dictionary takes "diagnoses" for a verb's form."""
    if word.endswith(_GREEK_PLURALS):
        return f"{word[:-2]}is"
    return "person" if word == "people" else lemma(word)
