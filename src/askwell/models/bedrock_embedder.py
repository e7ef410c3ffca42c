"""Embeddings on Amazon Bedrock: Titan, and Cohere's multilingual models."""

import json
from collections.abc import Sequence
from typing import Any

from askwell.errors import Misconfigured
from askwell.models import batches
from askwell.models.bedrock_calls import SIDE_BY_SIDE, BedrockCalls
from askwell.models.embedder import Vector

# https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
_COHERE_BATCH = 96
_COHERE_LETTERS = 2048
# https://docs.aws.amazon.com/bedrock/latest/userguide/titan-embedding-models.html
_TITAN_LETTERS = 50_000
_TITAN_LENGTHS = (256, 512, 1024)
_COHERE_V3_LENGTH = 1024


class BedrockEmbedder:
    """Embed over one model on Bedrock, e.g. `cohere.embed-multilingual-v3`.

    `dimensions`: Titan's may be 256, 512 or 1024; Cohere's third version has 1024.

    Raises:
        Misconfigured: neither Titan nor Cohere, a length that it has not, or no region.
    """

    def __init__(
        self,
        model: str,
        dimensions: int = 1024,
        region: str = "",
        endpoint_url: str = "",
        seconds: float = 30,
    ) -> None:
        self._model = model
        self._dimensions = dimensions
        self._is_cohere = "cohere.embed" in model
        lengths = (_COHERE_V3_LENGTH,) if "-v3" in model and self._is_cohere else _TITAN_LENGTHS
        if not self._is_cohere and "titan-embed-text-v2" not in model:
            raise Misconfigured(
                f"askwell knows no embeddings of {model!r}. Write"
                " `bedrock:cohere.embed-multilingual-v3` or `bedrock:amazon.titan-embed-text-v2:0`"
                " into ASKWELL_EMBEDDINGS."
            )
        if dimensions not in lengths and "-v4" not in model:
            raise Misconfigured(
                f"{model!r} has no vectors of {dimensions} numbers; write one of {lengths}"
                " behind the @ in ASKWELL_EMBEDDINGS."
            )
        self._calls = BedrockCalls("bedrock-runtime", region, endpoint_url, seconds)

    @property
    def name(self) -> str:
        """Return `bedrock:`, the model's ID and its dimensions."""
        return f"bedrock:{self._model}:{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Return the length of each vector."""
        return self._dimensions

    async def embed(self, texts: Sequence[str], *, asked: bool = False) -> Sequence[Vector]:
        """Return one vector a text; Cohere's models tell a question from what answers it."""
        size = _COHERE_BATCH if self._is_cohere else 1
        found = await batches.in_batches(
            texts, size, SIDE_BY_SIDE, lambda batch: self._call(batch, asked)
        )
        return [vector for batch in found for vector in batch]

    async def close(self) -> None:
        """Close every connection."""
        await self._calls.close()

    async def _call(self, texts: Sequence[str], asked: bool) -> Sequence[Vector]:
        body = self._cohere(texts, asked) if self._is_cohere else self._titan(texts[0])
        answer = await self._calls.call(
            lambda client: json.load(
                client.invoke_model(modelId=self._model, body=json.dumps(body))["body"]
            )
        )
        vectors = _vectors(answer, self._is_cohere)
        if len(vectors) != len(texts) or any(len(v) != self._dimensions for v in vectors):
            raise Misconfigured(
                f"{self._model!r} gave no {len(texts)} vectors of {self._dimensions} numbers; check"
                " what is behind the @ in ASKWELL_EMBEDDINGS."
            )
        return vectors

    def _cohere(self, texts: Sequence[str], asked: bool) -> dict[str, Any]:
        body: dict[str, Any] = {
            "texts": [(text or " ")[:_COHERE_LETTERS] for text in texts],
            "input_type": "search_query" if asked else "search_document",
            "embedding_types": ["float"],
            "truncate": "END",
        }
        return body | ({"output_dimension": self._dimensions} if "-v4" in self._model else {})

    def _titan(self, text: str) -> dict[str, Any]:
        return {
            "inputText": (text or " ")[:_TITAN_LETTERS],
            "dimensions": self._dimensions,
            "normalize": True,
        }


def _vectors(answer: dict[str, Any], is_cohere: bool) -> Sequence[Vector]:
    if not is_cohere:
        return [answer["embedding"]]
    found = answer["embeddings"]
    vectors: Sequence[Vector] = found["float"] if isinstance(found, dict) else found
    return vectors
