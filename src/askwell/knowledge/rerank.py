"""Put the tables that a search found into the order in which they answer the question."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from askwell.errors import Transient
from askwell.models.reranker import Reranker

# So many are looked at again.
_WIDE = 100
# Both orders count; the second one more.
_FLATTENING = 60
_AGAIN = 2.0


async def reranked(
    question: str, tables: Sequence[str], texts: Mapping[str, str], reranker: Reranker | None
) -> tuple[str, ...]:
    """Return tables in their new order; in the old one where the reranker is away."""
    if reranker is not None:
        with suppress(Transient):
            wide = tables[:_WIDE]
            scores = await reranker.rerank(question, [texts.get(t, t) for t in wide])
            again = sorted(range(len(wide)), key=lambda i: -scores[i])
            fused = {i: 1 / (_FLATTENING + i + 1) for i in range(len(wide))}
            for rank, i in enumerate(again, start=1):
                fused[i] += _AGAIN / (_FLATTENING + rank)
            order = sorted(fused, key=lambda i: -fused[i])
            return (*(wide[i] for i in order), *tables[_WIDE:])
    return tuple(tables)
