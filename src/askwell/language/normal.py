"""Text without the differences that carry no meaning: case, width, spaces, hyphens."""

import re
import unicodedata
from dataclasses import dataclass

# A character with the combining marks or conjoining jamo that follow it.
_CLUSTER = re.compile("[\\s\\S][\u0300-\u036f\u1160-\u11ff]*")
_DROPPED = re.compile(r"[\s_\-‐-―]")


@dataclass(frozen=True, slots=True)
class Normal:
    """Hold normalized text and, for each of its characters, where it came from.

    `starts[i]` and `ends[i]` bound, in the original text, the character at `text[i]`.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Map a non-empty span of `text` to the span of the original text."""
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> Normal:
    """Apply NFKC, lower the case, drop spaces and hyphens: `가입자 수` is `가입자수`."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        for letter in unicodedata.normalize("NFKC", cluster.group()).lower():
            if not _DROPPED.match(letter):
                letters.append(letter)
                starts.append(cluster.start())
                ends.append(cluster.end())
    return Normal("".join(letters), tuple(starts), tuple(ends))
