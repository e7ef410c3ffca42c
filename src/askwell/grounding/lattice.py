"""One dynamic programme picks the best cover of the question by pieces."""

from collections import defaultdict
from collections.abc import Sequence

from askwell.grounding.pieces import Piece
from askwell.language import Token

# What a covered content letter is worth, and what each further piece costs: long names win.
_LETTER = 10.0
_PIECE = 12.0
_BONUS = {
    "period": 6.0,
    "grain": 6.0,
    "business_days": 6.0,
    "until": 6.0,
    "impossible": 5.0,
    "average_per": 2.0,
    "number": 2.0,
    "light": 0.0,
    "greeting": 4.5,
    "definition": 4.0,
    "comparison": 8.0,
}
_NAME_BONUS = 5.0
_SHORT_BONUS = 2.5
_WORD_BONUS = 3.0
_MISSPELT_PENALTY = -8.0


def best_cover(length: int, tokens: Sequence[Token], pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return the pieces, left to right and disjoint, that account for most of the content."""
    content = _content_letters(length, tokens)
    from_: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.end > piece.start:
            from_[piece.start].append(piece)
    best: list[tuple[float, Piece | None]] = [(0.0, None)] * (length + 1)
    for at in range(length - 1, -1, -1):
        skipped = best[at + 1][0] - (_LETTER if content[at] else 0.0)
        options: list[tuple[float, Piece | None]] = [(skipped, None)]
        for piece in from_[at]:
            options.append((_score(piece, content) + best[piece.end][0], piece))
        best[at] = max(options, key=lambda option: option[0])
    return _follow(best)


def _follow(best: Sequence[tuple[float, Piece | None]]) -> tuple[Piece, ...]:
    chosen: list[Piece] = []
    at = 0
    while at < len(best) - 1:
        piece = best[at][1]
        if piece is None:
            at += 1
        else:
            chosen.append(piece)
            at = piece.end
    return tuple(chosen)


def _content_letters(length: int, tokens: Sequence[Token]) -> list[bool]:
    content = [False] * length
    for token in tokens:
        if token.content:
            content[token.start : token.end] = [True] * (token.end - token.start)
    return content


def _score(piece: Piece, content: Sequence[bool]) -> float:
    letters = sum(content[piece.start : piece.end])
    touched = piece.end - piece.start - letters
    if not letters:
        return touched * 0.5 + _bonus(piece) * 0.1
    return letters * _LETTER + touched * 0.5 + _bonus(piece) - _PIECE


def _bonus(piece: Piece) -> float:
    if piece.misspelt:
        return _MISSPELT_PENALTY
    if piece.senses:
        return _SHORT_BONUS if all(s.short for s in piece.senses) else _NAME_BONUS
    return _BONUS.get(piece.role, _WORD_BONUS)


def uncovered(tokens: Sequence[Token], cover: Sequence[Piece]) -> tuple[tuple[int, int], ...]:
    """Return the stretches of content that no piece accounts for, neighbours joined."""
    spans: list[tuple[int, int]] = []
    for token in tokens:
        if not token.content or any(p.start <= token.start < p.end for p in cover):
            continue
        if spans and spans[-1][1] >= token.start:
            spans[-1] = (spans[-1][0], max(spans[-1][1], token.end))
        else:
            spans.append((token.start, token.end))
    return tuple(spans)
