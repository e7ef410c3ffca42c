"""Foreign text on one line, so that it can stand in a prompt as data."""

import re

_UNPRINTED = re.compile(r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_CUT = " …"


def one_line(text: str, letters: int | None = None) -> str:
    r"""Return `text` without line breaks and invisible characters, cut between words.

    >>> one_line("a name\n-- of the city", 12)
    'a name -- …'
    """
    line = _UNPRINTED.sub(" ", text).strip()
    if letters is None or len(line) <= letters:
        return line
    kept = line[: letters - len(_CUT) + 1].rsplit(" ", 1)[0]
    return kept[: letters - len(_CUT)].rstrip(" ,;:") + _CUT
