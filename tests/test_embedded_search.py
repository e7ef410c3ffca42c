"""The search that lives in this process: its file, its words, its silence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from askwell.language import Tokenizer
from askwell.models.usem3 import USEM3
from askwell.search import Document
from askwell.search.embedded import EmbeddedSearch
from askwell.search.words import search_words

TOKENIZER = Tokenizer()
USERS = Document("table:users", "table", "users. 회원", "users")


async def test_a_new_process_reads_what_another_wrote(tmp_path: Path) -> None:
    file = tmp_path / "new" / "search.npz"
    await EmbeddedSearch(file, TOKENIZER).rebuild([USERS], {USERS.id: (1.0, 2.0)}, "7:usem3")
    search = EmbeddedSearch(file, TOKENIZER)
    assert await search.version() == "7:usem3"
    [hit] = await search.find("users", (1.0, 2.0), kinds={"table"}, among={USERS.id}, limit=1)
    assert hit.document == USERS
    assert [p.name for p in file.parent.iterdir()] == ["search.npz"]


@pytest.mark.parametrize("content", [None, b"", b"not a zip", b"PK\x03\x04" + b"\0" * 50], ids=repr)
async def test_a_missing_or_broken_file_is_an_empty_index(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "search.npz"
    if content is not None:
        file.write_bytes(content)
    search = EmbeddedSearch(file, TOKENIZER)
    assert await search.version() == ""
    assert await search.find("users", kinds={"table"}, among={USERS.id}, limit=1) == ()


async def test_a_cut_off_or_foreign_file_is_an_empty_index(tmp_path: Path) -> None:
    file = tmp_path / "search.npz"
    await EmbeddedSearch(file, TOKENIZER).rebuild([USERS], {}, "1")
    file.write_bytes(file.read_bytes()[:-40])
    assert await EmbeddedSearch(file, TOKENIZER).version() == ""
    np.savez(file, body=np.frombuffer(b'{"layout": 99}', dtype=np.uint8), vectors=np.zeros((1, 1)))
    assert await EmbeddedSearch(file, TOKENIZER).version() == ""
    np.savez(file, body=np.frombuffer(b"[]", dtype=np.uint8), vectors=np.zeros((1, 1)))
    assert await EmbeddedSearch(file, TOKENIZER).version() == ""


def test_identifiers_count_whole_and_in_parts() -> None:
    assert search_words("user_id", TOKENIZER) == ["user_id", "user", "id"]
    assert search_words("orderItems", TOKENIZER)[1:] == ["order", "item"]
    assert search_words("HTTPServer2", TOKENIZER)[1:] == ["http", "server", "2"]


def test_words_are_dictionary_forms_without_fillers() -> None:
    assert search_words("show me the cities", TOKENIZER) == ["city"]
    assert search_words("고양이를 알려줘", TOKENIZER) == ["고양이"]


async def test_the_encoder_works_offline_and_gives_unit_vectors() -> None:
    encoder = USEM3()
    vectors = np.asarray(await encoder.embed(["환불", "refund", "the weather in Busan"]))
    assert vectors.shape == (3, encoder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert list(await encoder.embed([])) == []


def test_indexing_writes_nothing_to_the_terminal(tmp_path: Path) -> None:
    code = f"""
import asyncio
from pathlib import Path
from askwell.language import Tokenizer
from askwell.search import Document
from askwell.search.embedded import EmbeddedSearch
search = EmbeddedSearch(Path({str(tmp_path / "s.npz")!r}), Tokenizer())
documents = [Document(str(i), "table", f"word{{i}} shared") for i in range(500)]
asyncio.run(search.rebuild(documents, {{}}, "1"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
