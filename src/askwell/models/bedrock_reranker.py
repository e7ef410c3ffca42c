"""Reranking on Amazon Bedrock: Cohere's and Amazon's models, over the Rerank API."""

from collections.abc import Sequence
from typing import Any

from askwell.models import batches
from askwell.models.bedrock_calls import BedrockCalls

_LETTERS = 2_000


class BedrockReranker:
    """Rerank over one model on Bedrock, e.g. `cohere.rerank-v3-5:0`.

    Raises:
        Misconfigured: no region.
    """

    def __init__(self, model: str, region: str, endpoint_url: str = "", seconds: float = 5) -> None:
        self._model = model
        self._arn = (
            model
            if model.startswith("arn:")
            else f"arn:aws:bedrock:{region}::foundation-model/{model}"
        )
        self._calls = BedrockCalls("bedrock-agent-runtime", region, endpoint_url, seconds)

    @property
    def name(self) -> str:
        """Return `bedrock:` and the model's ID."""
        return f"bedrock:{self._model}"

    async def rerank(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """Return one score a text, between 0 and 1."""
        if not texts:
            return []
        answer = await batches.tried(
            lambda: self._calls.call(lambda client: client.rerank(**self._asked(question, texts)))
        )
        scores = [0.0] * len(texts)
        for result in answer["results"]:
            scores[result["index"]] = float(result["relevanceScore"])
        return scores

    async def close(self) -> None:
        """Close every connection."""
        await self._calls.close()

    def _asked(self, question: str, texts: Sequence[str]) -> dict[str, Any]:
        model = {
            "modelConfiguration": {"modelArn": self._arn},
            "numberOfResults": len(texts),
        }
        return {
            "queries": [{"type": "TEXT", "textQuery": {"text": question}}],
            "sources": [_source(text) for text in texts],
            "rerankingConfiguration": {
                "type": "BEDROCK_RERANKING_MODEL",
                "bedrockRerankingConfiguration": model,
            },
        }


def _source(text: str) -> dict[str, Any]:
    inline = {"type": "TEXT", "textDocument": {"text": (text or " ")[:_LETTERS]}}
    return {"type": "INLINE", "inlineDocumentSource": inline}
