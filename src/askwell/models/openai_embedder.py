"""Embeddings of any server that speaks OpenAI's protocol."""

from collections.abc import Sequence

import openai

from askwell.errors import AskwellError, Misconfigured, Transient
from askwell.models import batches, calls
from askwell.models.embedder import Vector

_BATCH = 64
_SIDE_BY_SIDE = 4


class OpenAIEmbedder:
    """Embed over one model of an OpenAI-compatible server.

    `base_url` ends with `/v1`; empty for OpenAI itself. `dimensions`: those of its vectors,
    which the server is asked for where `shortens`.
    """

    def __init__(
        self,
        model: str,
        dimensions: int,
        base_url: str = "",
        key: str = "",
        seconds: float = 30,
        *,
        shortens: bool = False,
    ) -> None:
        self._model = model
        self._dimensions = dimensions
        self._shorter = {"dimensions": dimensions} if shortens else {}
        self._client = openai.AsyncOpenAI(
            api_key=key or "none", base_url=base_url or None, timeout=seconds, max_retries=0
        )

    @property
    def name(self) -> str:
        """Return `openai:`, the model's name and its dimensions."""
        return f"openai:{self._model}:{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Return the length of each vector."""
        return self._dimensions

    async def embed(self, texts: Sequence[str], *, asked: bool = False) -> Sequence[Vector]:
        """Return one vector a text; a question is embedded as any text."""
        found = await batches.in_batches(texts, _BATCH, _SIDE_BY_SIDE, self._call)
        return [vector for batch in found for vector in batch]

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    async def _call(self, texts: Sequence[str]) -> list[Vector]:
        try:
            answer = await self._client.embeddings.create(
                model=self._model,
                input=[text or " " for text in texts],
                encoding_format="float",
                extra_body=self._shorter,
            )
        except openai.APIError as error:
            raise self._translated(error) from None
        vectors: list[Vector] = [d.embedding for d in sorted(answer.data, key=lambda d: d.index)]
        if len(vectors) != len(texts) or any(len(v) != self._dimensions for v in vectors):
            raise Misconfigured(
                f"{self._model!r} gave {len(vectors)} vectors of"
                f" {len(vectors[0]) if vectors else 0} numbers for {len(texts)} texts; write the"
                " length of its vectors behind the @ in ASKWELL_EMBEDDINGS."
            )
        return vectors

    def _translated(self, error: openai.APIError) -> AskwellError:
        status = error.status_code if isinstance(error, openai.APIStatusError) else 0
        if isinstance(error, openai.APIConnectionError):  # a time-out is one, too
            return Transient("the embedding server cannot be reached, or is slow")
        if status in (408, 429) or status >= 500:
            header = error.response.headers.get("retry-after")  # type: ignore[attr-defined]
            return Transient(
                f"the embedding server is busy ({status})", after=calls.retry_after(header)
            )
        if status in (401, 403):
            return Misconfigured("The embedding server does not take the key in ASKWELL_MODEL_KEY.")
        return Misconfigured(
            f"The embedding server refused a request to {self._model!r} ({status}). Write a model"
            " that it has into ASKWELL_EMBEDDINGS, and check ASKWELL_EMBEDDINGS_URL."
        )
