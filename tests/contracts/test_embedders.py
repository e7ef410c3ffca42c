"""What every door to an embedding model must do; a new door adds itself to `DOORS`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from askwell.errors import Misconfigured, Transient
from askwell.models import batches
from askwell.models.bedrock_embedder import BedrockEmbedder
from askwell.models.openai_embedder import OpenAIEmbedder
from askwell.models.usem3 import USEM3
from vectors_wire import Wire, serving

SECRET = "sk-do-not-show-me"
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"
TEXTS = ["환불", "refund", "", "the weather in Busan", *(f"text {i}" for i in range(200))]
Door = Callable[[str], Any]


def bedrock(model: str) -> Door:
    return lambda url: BedrockEmbedder(model, 1024, "eu-west-1", url, seconds=20)


DOORS: dict[str, Door] = {
    "usem3": lambda _: USEM3(),
    "openai": lambda url: OpenAIEmbedder("any", 1024, f"{url}/v1", SECRET),
    "bedrock titan": bedrock(TITAN),
    "bedrock cohere": bedrock(COHERE),
}
REMOTE = [name for name in DOORS if name != "usem3"]


@pytest.fixture(autouse=True)
def quick_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with serving(Wire()) as opened:
        yield opened


async def closed(door: Any) -> None:
    if hasattr(door, "close"):
        await door.close()


@pytest.mark.parametrize("name", DOORS)
async def test_one_vector_a_text_in_order_and_of_the_promised_length(name: str, wire: Wire) -> None:
    door = DOORS[name](wire.url)
    texts = TEXTS[:5] if name == "usem3" else TEXTS
    vectors = await door.embed(texts)
    assert {len(v) for v in vectors} == {door.dimensions}
    assert len(vectors) == len(texts)
    if name != "usem3":
        assert [v[0] for v in vectors] == [max(len(t), 1) for t in texts]
    assert list(await door.embed([])) == []
    await closed(door)


@pytest.mark.parametrize("name", REMOTE)
async def test_what_may_pass_is_tried_again(name: str, wire: Wire) -> None:
    door = DOORS[name](wire.url)
    wire.failures += [(429, "ThrottlingException"), (503, "ServiceUnavailableException")]
    assert len(await door.embed(["one"])) == 1
    wire.failures += [(429, "ThrottlingException")] * batches.ATTEMPTS
    with pytest.raises(Transient):
        await door.embed(["one"])
    await closed(door)


@pytest.mark.parametrize("name", REMOTE)
async def test_what_will_not_pass_says_what_to_do_without_the_key(name: str, wire: Wire) -> None:
    door = DOORS[name](wire.url)
    for failure in ((403, "AccessDeniedException"), (400, "ValidationException")):
        wire.failures.append(failure)
        with pytest.raises(Misconfigured) as caught:
            await door.embed(["one"])
        assert SECRET not in str(caught.value)
    wire.length = 7
    with pytest.raises(Misconfigured, match="behind the @ in ASKWELL_EMBEDDINGS"):
        await door.embed(["one"])
    await closed(door)


async def test_names_tell_what_cannot_be_compared() -> None:
    names = [DOORS[n]("http://127.0.0.1:9").name for n in DOORS]
    assert len(set(names)) == len(names)


async def test_cohere_tells_questions_from_texts(wire: Wire) -> None:
    door = DOORS["bedrock cohere"](wire.url)
    await door.embed(["table"])
    await door.embed(["question"], asked=True)
    assert [b["input_type"] for _, b, _ in wire.asked] == ["search_document", "search_query"]
    path, _, headers = wire.asked[0]
    assert path == f"/model/{COHERE}/invoke"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIATEST/")
    await closed(door)


def test_models_that_nobody_knows_are_refused() -> None:
    with pytest.raises(Misconfigured, match="into ASKWELL_EMBEDDINGS"):
        BedrockEmbedder("anthropic.claude", region="eu-west-1")
    with pytest.raises(Misconfigured, match="behind the @ in ASKWELL_EMBEDDINGS"):
        BedrockEmbedder(COHERE, 512, region="eu-west-1")
