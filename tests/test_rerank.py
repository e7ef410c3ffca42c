"""Reranking: by features in this process, and by a model over Bedrock's wire format."""

from collections.abc import Iterator, Sequence

import pytest

from askwell.errors import Misconfigured, Transient
from askwell.knowledge.features import Features
from askwell.knowledge.rerank import reranked
from askwell.language import Tokenizer
from askwell.models import batches
from askwell.models.bedrock_reranker import BedrockReranker
from vectors_wire import Wire, serving

TEXTS = {
    "baskets_bak": "baskets bak. 장바구니 백업. old backup of baskets",
    "baskets": "baskets. 장바구니. what people bought",
    "stores": "stores. 매장",
}


@pytest.fixture(autouse=True)
def quick_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sk-do-not-show-me")


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving(Wire()) as opened:
        yield opened


async def order(question: str) -> Sequence[str]:
    return await reranked(question, tuple(TEXTS), TEXTS, Features(Tokenizer()))


async def test_a_stale_copy_comes_after_what_it_is_a_copy_of_unless_asked_for() -> None:
    assert (await order("장바구니 몇 개야?"))[:2] == ("baskets", "baskets_bak")
    assert (await order("How large is the backup of baskets?"))[0] == "baskets_bak"
    assert (await order("which stores?"))[0] == "stores"


async def test_bedrock_scores_each_text_in_its_place(wire: Wire) -> None:
    door = BedrockReranker("cohere.rerank-v3-5:0", "eu-west-1", wire.url)
    wire.failures.append((429, "ThrottlingException"))
    scores = await door.rerank("abc", ["x", "abc", "ab"])
    assert scores == [0.0, 0.03, 0.02]
    assert await door.rerank("abc", []) == []
    path, body, headers = wire.asked[-1]
    configuration = body["rerankingConfiguration"]["bedrockRerankingConfiguration"]
    assert path == "/rerank"
    assert configuration["numberOfResults"] == 3
    assert configuration["modelConfiguration"]["modelArn"] == (
        "arn:aws:bedrock:eu-west-1::foundation-model/cohere.rerank-v3-5:0"
    )
    assert "/bedrock/aws4_request" in headers["authorization"]
    wire.failures.append((403, "AccessDeniedException"))
    with pytest.raises(Misconfigured, match="bedrock:Rerank"):
        await door.rerank("abc", ["x"])
    await door.close()


async def test_without_the_reranker_the_order_stays(wire: Wire) -> None:
    door = BedrockReranker("cohere.rerank-v3-5:0", "eu-west-1", wire.url)
    wire.failures += [(503, "ServiceUnavailableException")] * batches.ATTEMPTS
    assert await reranked("stores", tuple(TEXTS), TEXTS, door) == tuple(TEXTS)
    assert await reranked("stores", tuple(TEXTS), TEXTS, None) == tuple(TEXTS)
    wire.failures += [(503, "ServiceUnavailableException")] * batches.ATTEMPTS
    with pytest.raises(Transient):
        await door.rerank("stores", ["x"])
    await door.close()
