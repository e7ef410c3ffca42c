"""Texts from data, questions and models, made harmless: one line, no controls, no markup.

Slack counts characters as JavaScript does in some places, so an emoji counts as two here.
"""

import re
import unicodedata

# What joins letters of Indic scripts and of emoji; all other format characters are dropped,
# among them those that turn the direction of what follows.
_JOINERS = "\u200c\u200d"
_CUTS_BADLY = ("Mn", "Me", "Mc", "Cf", "Sk")
_MARKS = str.maketrans({"*": "＊", "_": "＿", "~": "～", "`": "｀"})
# One mark formats only at the edge of a word: `new_users` and `1 ~ 3` stay as they are.
_FORMATS = re.compile(r"[*_~`]{2,}|(?<!\w)[*_~`](?=\S)|(?<=\S)[*_~`](?!\w)")
_CALLS = re.compile(r"(?<!\w)([@#])(?=\w)")


def clean(text: str) -> str:
    """Return a text as one line, without control characters and turns of direction."""
    return " ".join("".join(map(_harmless, text)).split())


def clean_lines(text: str) -> str:
    """Return a text of several lines, each without control characters."""
    expanded = text.replace("\r\n", "\n").expandtabs(2)
    return "\n".join("".join(map(_harmless, line)).rstrip() for line in expanded.split("\n"))


def _harmless(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind == "Cs" or (kind == "Cf" and letter not in _JOINERS) else letter


def size(text: str) -> int:
    """Return how many characters Slack may count."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def cut(text: str, most: int) -> str:
    """Return a text of at most `most` characters, the rest behind an ellipsis.

    >>> cut("data", 4), cut("databases", 5)
    ('data', 'data…')
    """
    if size(text) <= most:
        return text
    kept, room = 0, most - 1
    for letter in text:
        room -= size(letter)
        if room < 0:
            break
        kept += 1
    while kept and unicodedata.category(text[kept]) in _CUTS_BADLY:
        kept -= 1  # an accent, or a half of an emoji, does not stand alone
    return text[:kept].rstrip(" " + _JOINERS) + "…"


def line(text: str, most: int) -> str:
    """Return a harmless line of 1 to `most` characters; a dash where nothing is left."""
    return cut(clean(text), most) or "–"


def escaped(text: str, most: int = 600) -> str:
    """Return a harmless line for mrkdwn, where it can make no mention, link or formatting.

    `most` counts before escaping, which may make each character five.
    """
    plain = _FORMATS.sub(lambda m: m[0].translate(_MARKS), line(text, most))
    plain = _CALLS.sub("\\1\u200b", plain.replace("://", ":\u200b//"))
    plain = f"＞{plain[1:]}" if plain.startswith(">") else plain
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
