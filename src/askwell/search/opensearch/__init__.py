"""Hybrid search by OpenSearch: one index a kind, behind an alias, built anew beside the old one."""

import asyncio
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from secrets import token_hex
from typing import Any

from opensearchpy import AsyncOpenSearch, exceptions

from askwell.errors import AskwellError, Misconfigured, Transient
from askwell.language import Tokenizer
from askwell.search import Document, Hit, Kind, Vector
from askwell.search.opensearch import asking, mapping
from askwell.search.opensearch.bulk import Write, write
from askwell.search.opensearch.client import meaning
from askwell.search.opensearch.live import KINDS, Live, look
from askwell.search.words import content_words, name_key, names_said

# An index without an alias is a build in progress, or, when older, what nobody needs any more.
_BUILDING_SECONDS = 3600
# Versions of askwell with different layouts serve side by side, each from its own indices.
PREFIX = f"askwell-v{mapping.LAYOUT}"
_STAMP = re.compile(r"-([0-9a-f]{8})-[0-9a-f]{8}$")
_PATIENT = {"request_timeout": 120}
_SHOWN_SECONDS = 120
_ONE_GRAPH: dict[str, Any] = {"max_num_segments": 1, "wait_for_completion": "false"}
_MISSING = {"ignore_unavailable": "true"}
_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # shown when a build or an update is complete
    "index.search.slowlog.threshold.query.warn": "1s",
}


class OpenSearch:
    """Keep documents in the indices `PREFIX-KIND-…`, found by the aliases `PREFIX-KIND`.

    `embedder` names what makes the vectors; "" takes any. `serverless`: a collection takes no
    settings that say where data lies.
    """

    def __init__(
        self,
        client: AsyncOpenSearch,
        tokenizer: Tokenizer,
        *,
        prefix: str = PREFIX,
        embedder: str = "",
        serverless: bool = False,
    ) -> None:
        self._client = client
        self._tokenizer = tokenizer
        self._prefix = prefix
        self._embedder = embedder
        self._serverless = serverless
        self._live: Live | None = None

    async def version(self) -> str:
        """Return what was last written; "" where nothing is, or another layout or embedder's."""
        with meaning():
            live = await look(self._client, self._prefix)
        if live and (self._live is None or self._live.meta != live.meta):
            self._live = live
        return live.meta.version if live and self._is_own(live) else ""

    async def digests(self) -> Mapping[str, str]:
        """Return the digest of each document, by its id."""
        with meaning():
            live = await look(self._client, self._prefix)
            if live is None:
                return {}
            await live.learn(self._client)
            self._live = live
        return {id_: known.digest for id_, known in live.known.items()}

    async def contents(self) -> tuple[Sequence[Document], Mapping[str, Vector]]:
        """Return every document, and the vectors by id."""
        found, vectors = list[Document](), dict[str, Vector]()
        with meaning():
            live = await self._opened()
            async for source in live.contents(self._client):
                found.append(asking.document(source))
                if vector := source.get("vector"):
                    vectors[found[-1].id] = vector
        return found, vectors

    async def rebuild(
        self, documents: Sequence[Document], vectors: Mapping[str, Vector], version: str
    ) -> None:
        """Build new indices beside the old ones, then turn all aliases at once."""
        stamp = f"{int(time.time()):08x}-{token_hex(4)}"
        indices: dict[Kind, str] = {k: f"{self._prefix}-{k}-{stamp}" for k in KINDS}
        with meaning():
            try:
                await self._create(indices, documents, vectors, version)
                await self._fill(indices, documents, vectors)
                await self._turn(indices)
            except (AskwellError, exceptions.OpenSearchException, asyncio.CancelledError):
                with suppress(exceptions.OpenSearchException):
                    await self._drop(indices.values())
                raise
        self._live = None
        await self._merge(indices.values())

    async def update(
        self,
        changed: Sequence[Document],
        vectors: Mapping[str, Vector],
        removed: Collection[str],
        version: str,
    ) -> None:
        """Write what changed into the live indices; a search sees it when all is written."""
        with meaning():
            live = await look(self._client, self._prefix)
            if live is None or not self._is_own(live):
                raise Misconfigured(self._foreign(live))
            await live.learn(self._client)
            await write(self._client, self._changes(live, changed, vectors, removed))
            await self._show(live.indices)
            meta = asdict(replace(live.meta, version=version))
            index = live.indices[live.meta.kind]
            await self._client.indices.put_mapping(index=index, body={"_meta": meta})
        self._live = None

    async def find(
        self,
        text: str,
        vector: Vector | None = None,
        *,
        kinds: Collection[Kind],
        among: Collection[str],
        limit: int,
    ) -> tuple[Hit, ...]:
        """Return the best documents; one request, its two rankings fused by the server."""
        if not kinds or not among:
            return ()
        words, said = await asyncio.to_thread(self._read, text)
        for attempt in (1, 2):
            live = await self._opened()
            with meaning():
                try:
                    return await self._ask(live, words, said, vector, (kinds, among), limit)
                except exceptions.NotFoundError:  # somebody has turned the aliases meanwhile
                    self._live = None
                    if attempt == 2:
                        raise
        return ()

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    def _read(self, text: str) -> tuple[Sequence[str], frozenset[str]]:
        return content_words(text, self._tokenizer), names_said(text, self._tokenizer)

    async def _ask(
        self,
        live: Live,
        words: Sequence[str],
        said: frozenset[str],
        vector: Vector | None,
        wanted: tuple[Collection[Kind], Collection[str]],
        limit: int,
    ) -> tuple[Hit, ...]:
        kinds, among = wanted
        allowed = await live.allowed(self._client, kinds, among)
        near = vector if vector is not None and self._comparable(live, vector) else None
        body = asking.body(words, said, near, allowed, limit)
        if not allowed or body is None:
            return ()
        answer = await self._client.search(
            index=live.names(kinds), body=body, params=asking.PARAMETERS
        )
        return tuple(hit for hit in asking.hits(answer) if hit.document.id in among)

    def _comparable(self, live: Live, vector: Vector) -> bool:
        """Tell whether there are vectors to compare one with.

        Raises:
            Misconfigured: they are another embedder's.
        """
        if live.meta.dimensions and len(vector) != live.meta.dimensions:
            raise Misconfigured(self._foreign(live))
        return live.meta.dimensions > 0 and self._is_own(live)

    async def _opened(self) -> Live:
        if self._live is None:
            with meaning():
                self._live = await look(self._client, self._prefix)
        if self._live is None or self._live.meta.layout != mapping.LAYOUT:
            raise Transient("OpenSearch has no index that this askwell reads; run `askwell learn`")
        return self._live

    def _is_own(self, live: Live) -> bool:
        same = not self._embedder or live.meta.embedder == self._embedder
        return same and live.meta.layout == mapping.LAYOUT

    def _foreign(self, live: Live | None) -> str:
        made = f"by {live.meta.embedder!r}" if live else "by nobody yet"
        return (
            f"The search index was made {made}, the settings say {self._embedder!r}: their"
            " vectors do not mix. Run `askwell learn`, or set ASKWELL_EMBEDDINGS back."
        )

    async def _create(
        self,
        indices: Mapping[Kind, str],
        documents: Sequence[Document],
        vectors: Mapping[str, Vector],
        version: str,
    ) -> None:
        terms = [d for d in documents if d.kind == "term"]
        width = max(map(len, vectors.values()), default=0)
        metas = {i: mapping.Meta(k, version, self._embedder, width) for k, i in indices.items()}
        settings = {} if self._serverless else _SETTINGS
        await asyncio.gather(
            *(
                self._client.indices.create(
                    index=index, body=mapping.body(meta, terms, settings), params=_PATIENT
                )
                for index, meta in metas.items()
            )
        )
        answer = await self._client.indices.get_mapping(index=",".join(metas))
        for index, body in answer.items():
            mapping.checked(index, body["mappings"])

    async def _fill(
        self,
        indices: Mapping[Kind, str],
        documents: Sequence[Document],
        vectors: Mapping[str, Vector],
    ) -> None:
        await write(
            self._client,
            (
                Write(indices[d.kind], d.id, self._source(d, number, vectors.get(d.id)))
                for number, d in enumerate(documents)
            ),
        )
        await self._show(indices, len(documents))

    async def _show(self, indices: Mapping[Kind, str], documents: int = 0) -> None:
        """Let searches see what was written; a collection does so by itself, a little later."""
        names = ",".join(indices.values())
        if not self._serverless:
            await self._client.indices.refresh(index=names, params=_PATIENT)
            return
        for _ in range(_SHOWN_SECONDS):
            if (await self._client.count(index=names))["count"] >= documents:
                return
            await asyncio.sleep(1)
        raise Transient("OpenSearch does not show what was written to it")

    async def _turn(self, indices: Mapping[Kind, str]) -> None:
        """Let all aliases stand for the new indices, in one step.

        The ones before stay until the next build, for whoever is still asking them.
        """
        found = await self._client.indices.get_alias(index=f"{self._prefix}-*")
        old = {index for index, about in found.items() if about["aliases"]}
        actions: list[dict[str, Any]] = [
            {"add": {"index": index, "alias": f"{self._prefix}-{kind}"}}
            for kind, index in indices.items()
        ]
        actions += [
            {"remove": {"index": index, "alias": alias}}
            for index in sorted(old)
            for alias in found[index]["aliases"]
        ]
        await self._client.indices.update_aliases(body={"actions": actions})
        spent = set(found) - old - set(indices.values())
        await self._drop(index for index in spent if self._is_over(index))

    def _is_over(self, index: str) -> bool:
        """Tell whether an index without alias is no build in progress; its name says when."""
        at = _STAMP.search(index)
        return at is not None and int(at[1], 16) < time.time() - _BUILDING_SECONDS

    async def _merge(self, indices: Iterable[str]) -> None:
        """Let the server make one graph of many, which is searched faster, in its own time."""
        if self._serverless:
            return
        with suppress(exceptions.OpenSearchException):
            await self._client.indices.forcemerge(index=",".join(indices), params=_ONE_GRAPH)

    async def _drop(self, indices: Iterable[str]) -> None:
        for index in indices:
            await self._client.indices.delete(index=index, params=_MISSING | _PATIENT)

    def _changes(
        self,
        live: Live,
        changed: Sequence[Document],
        vectors: Mapping[str, Vector],
        removed: Collection[str],
    ) -> Iterator[Write]:
        for id_ in removed:
            if known := live.known.get(id_):
                yield Write(live.indices[known.kind], id_)
        last = live.last
        for document in changed:
            known = live.known.get(document.id)
            number = known.number if known else (last := last + 1)
            source = self._source(document, number, vectors.get(document.id))
            yield Write(live.indices[document.kind], document.id, source)

    def _source(self, document: Document, number: int, vector: Vector | None) -> dict[str, Any]:
        """Return a document as it is kept; a vector without direction cannot be."""
        kept = asdict(document) | {
            "number": number,
            "digest": document.digest,
            "keys": sorted({name_key(n, self._tokenizer) for n in document.names} - {""}),
        }
        if vector is not None and any(vector):
            kept["vector"] = [float(x) for x in vector]
        return kept
