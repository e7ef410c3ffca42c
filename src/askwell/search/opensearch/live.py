"""What stands behind the aliases now, and the numbers of its documents."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from opensearchpy import AsyncOpenSearch, exceptions

from askwell.search import Kind
from askwell.search.opensearch import mapping
from askwell.search.opensearch.numbers import bitmap

KINDS: tuple[Kind, ...] = get_args(Kind)
# The index whose `_meta` is kept up to date; all are made and turned together.
_TELLS: Kind = "table"
_PAGE = 10_000
_WHOLE_PAGE = 1_000
_MOST_SCOPES = 64
_FIELDS = ("id", "kind", "number", "digest")


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known of one document: its kind, number and digest."""

    kind: Kind
    number: int
    digest: str


@dataclass(eq=False)
class Live:
    """Hold one generation of indices; its documents are learned when first needed."""

    indices: Mapping[Kind, str]
    meta: mapping.Meta
    known: dict[str, Known] = field(default_factory=dict)
    last: int = -1
    _learning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _scopes: OrderedDict[tuple[frozenset[Kind], frozenset[str]], str] = field(
        default_factory=OrderedDict
    )

    def names(self, kinds: Collection[Kind]) -> str:
        """Return the indices of some kinds as OpenSearch wants them."""
        return ",".join(self.indices[kind] for kind in KINDS if kind in kinds)

    async def allowed(
        self, client: AsyncOpenSearch, kinds: Collection[Kind], among: Collection[str]
    ) -> str:
        """Return the bitmap of what may be found, "" for nothing; remembered, for it is work."""
        key = frozenset(kinds), frozenset(among)
        found = self._scopes.get(key)
        if found is None:
            if not key[1] <= self.known.keys():
                await self.learn(client)
            some = (self.known[i] for i in key[1] if i in self.known)
            numbers = [one.number for one in some if one.kind in key[0]]
            found = bitmap(numbers) if numbers else ""
            while len(self._scopes) >= _MOST_SCOPES:
                self._scopes.popitem(last=False)
            self._scopes[key] = found
        return found

    async def learn(self, client: AsyncOpenSearch) -> None:
        """Read the ids and numbers of all documents that came after the last known one."""
        async with self._learning:
            while await self._page(client) == _PAGE:
                pass

    async def contents(self, client: AsyncOpenSearch) -> AsyncIterator[dict[str, Any]]:
        """Yield every document as it is kept."""
        last = -1
        while True:
            hits = await self._after(client, last, {"_source": True, "size": _WHOLE_PAGE})
            for hit in hits:
                yield hit["_source"]
            if len(hits) < _WHOLE_PAGE:
                return
            last = hits[-1]["_source"]["number"]

    async def _page(self, client: AsyncOpenSearch) -> int:
        shown = {"_source": False, "docvalue_fields": _FIELDS, "size": _PAGE}
        hits = await self._after(client, self.last, shown)
        for values in (hit["fields"] for hit in hits):
            id_, kind, number, digest = (values[name][0] for name in _FIELDS)
            self.known[id_] = Known(kind, number, digest)
            self.last = number
        return len(hits)

    async def _after(
        self, client: AsyncOpenSearch, last: int, shown: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        query = {
            "query": {"range": {"number": {"gt": last}}},
            "sort": [{"number": "asc"}],
            "track_total_hits": False,
        }
        answer = await client.search(
            index=self.names(KINDS), body={**query, **shown}, params={"request_timeout": 60}
        )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits


async def look(client: AsyncOpenSearch, prefix: str) -> Live | None:
    """Return what the aliases stand for; None where they are not all there.

    Raises:
        Misconfigured: an index is not as askwell needs it.
    """
    aliases = ",".join(f"{prefix}-{kind}" for kind in KINDS)
    try:
        answer = await client.indices.get_mapping(index=aliases)
    except exceptions.NotFoundError:
        return None
    metas = {i: mapping.checked(i, body["mappings"]) for i, body in answer.items()}
    indices: dict[Kind, str] = {meta.kind: index for index, meta in metas.items()}
    return Live(indices, metas[indices[_TELLS]])
