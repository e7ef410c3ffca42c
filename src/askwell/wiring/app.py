"""One running askwell: its doors, its catalog, and what each asker's turn needs of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from askwell.agent.parent import build as build_graph
from askwell.agent.state import Context, Recall
from askwell.conversation import Conversation, Doors
from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.noun import Scalar
from askwell.domain.recall import Recalled
from askwell.domain.result import Draft, Freshness, Result
from askwell.domain.rights import Asker, Rights
from askwell.errors import Misconfigured
from askwell.grounding.lexicon import surfaces
from askwell.grounding.read import Grounding
from askwell.knowledge import catalog as catalogs
from askwell.knowledge import freshness
from askwell.knowledge.index import Index
from askwell.knowledge.reading import Run
from askwell.knowledge.recall import Recaller
from askwell.language import Tokenizer
from askwell.metrics import Compiler
from askwell.models import Model
from askwell.query import Limits, QueryDoor, check
from askwell.rights import Policy, everything, load_policy, open_policy, readable
from askwell.settings import Settings
from askwell.warehouses import Warehouse
from askwell.wiring.doors import doors, index, model
from askwell.wiring.stores import Stores

_PROFILE_ROWS = 10_000
# Where each person has rights of their own, those who came first make room.
_MOST_READERS = 64


@dataclass(slots=True)
class Askwell:
    """Hold one running askwell: its doors, its catalog, and what is made for each asker."""

    settings: Settings
    warehouse: Warehouse
    stores: Stores
    door: QueryDoor
    catalog: Catalog
    policy: Policy
    clock: Clock
    tokenizer: Tokenizer
    limits: Limits
    model: Model | None = None
    index: Index | None = None
    graph: Any = field(default_factory=build_graph)
    _readers: dict[str, tuple[Catalog, Grounding, Recaller | None]] = field(default_factory=dict)
    _fresh: freshness.Cache = field(default_factory=dict)
    _replaced: list[Index] = field(default_factory=list)

    def conversation(self) -> Conversation:
        """Return the entrance for surfaces."""
        return Conversation(
            Doors(
                graph=self.graph,
                context_of=self.context_of,
                rights_of=self.rights_of,
                catalog=lambda: self.catalog,
                run_all=self._run_all,
                clock=self.clock,
                turns=self.stores.turns,
                answers=self.stores.answers,
                votes=self.stores.votes,
                stops=self.stores.stops,
                preferences=self.stores.preferences,
                language=self.settings.language,
                named=self.policy.named,
            )
        )

    def rights_of(self, asker: Asker) -> Rights:
        """Return what somebody may read, by the live policy and catalog."""
        return self.policy.rights(asker, self.catalog)

    async def warm(self) -> None:
        """Load what would keep the first question waiting, and with it all that runs beside it."""
        asker = next(iter(self.policy.named()), self.policy.asker("anybody@invalid"))
        (await self.context_of(asker)).grounding.read("지난달 total")

    async def take_up(self, catalog: Catalog) -> None:
        """Answer from another catalog from now on; what is begun ends with the one before."""
        tokenizer = await asyncio.to_thread(Tokenizer, surfaces(catalog))
        if self.index:
            self._replaced.append(self.index)
            self.index = await asyncio.to_thread(index, self.settings, tokenizer)
        self.catalog, self.tokenizer = catalog, tokenizer
        self._readers.clear()
        await self.warm()

    async def context_of(self, asker: Asker) -> Context:
        """Return what one asker's turn needs, cut to what they may read."""
        rights = self.rights_of(asker)
        catalog, grounding, recaller = self._for(rights)
        return Context(
            catalog=catalog,
            rights=rights,
            asker=asker,
            clock=self.clock,
            grounding=grounding,
            compiler=Compiler(catalog),
            turns=self.stores.turns,
            results=self.door.results,
            run=self._runner(rights, asker, self.limits),
            guard=lambda draft: check(draft, catalog=self.catalog, rights=rights),
            dry_run=lambda draft: self.door.explain(
                draft,
                catalog=self.catalog,
                rights=rights,
                most_cost=self.settings.query_cost,
            ),
            freshness=self._freshness,
            model=self.model,
            recall=self._recall(recaller, self.index) if recaller and self.index else None,
        )

    def _for(self, rights: Rights) -> tuple[Catalog, Grounding, Recaller | None]:
        known = self._readers.get(rights.fingerprint)
        if known is None:
            catalog = readable(self.catalog, rights)
            reader = Grounding(catalog, self.clock, self.tokenizer, self.settings.language)
            known = (catalog, reader, Recaller(catalog, self.index) if self.index else None)
            while len(self._readers) >= _MOST_READERS:
                del self._readers[next(iter(self._readers))]
            self._readers[rights.fingerprint] = known
        return known

    def _recall(self, recaller: Recaller, index: Index) -> Recall:
        async def recall(question: str, *, halved: bool = False) -> Recalled:
            await index.ready(self.catalog)
            return await recaller.recall(question, halved=halved)

        return recall

    def _runner(
        self, rights: Rights, asker: Asker, limits: Limits
    ) -> Callable[[Draft], Awaitable[Result]]:
        def run(draft: Draft) -> Awaitable[Result]:
            return self.door.run(
                draft, catalog=self.catalog, rights=rights, asker=asker.email, limits=limits
            )

        return run

    async def _run_all(self, draft: Draft, asker: Asker) -> Result:
        """Run a draft for a file: many rows, which are handed out and not kept."""
        limits = replace(self.limits, rows=self.settings.export_rows, keep_seconds=0)
        return await self._runner(self.rights_of(asker), asker, limits)(draft)

    async def _freshness(self, names: tuple[str, ...]) -> tuple[Freshness, ...]:
        tables = [self.catalog.table_named[n] for n in names if n in self.catalog.table_named]
        run = system_run(self.door, self.catalog)
        return await freshness.measure(
            tables, run, self.clock, self._fresh, dialect=self.catalog.dialect
        )

    async def close(self) -> None:
        """Close the model, the warehouse and the memory."""
        if self.model:
            await self.model.close()
        for one in (*self._replaced, *filter(None, [self.index])):
            await one.close()
        await self.warehouse.close()
        self.stores.close()


def open_askwell(settings: Settings) -> Askwell:
    """Open everything that answering needs.

    Raises:
        Misconfigured: nothing was learned yet, or a file is broken.
    """
    path = settings.home / "catalog.json"
    if not path.exists():
        hint = "Run `askwell demo`" if settings.is_demo else "Run `askwell learn`"
        raise Misconfigured(f"askwell has learned nothing yet. {hint} first.")
    catalog = catalogs.load(path)
    zone = settings.time_zone or catalog.time_zone
    clock = Clock(zone, settings.today)
    warehouse, stores, door = doors(settings, clock)
    tokenizer = Tokenizer(surfaces(catalog))
    return Askwell(
        settings=settings,
        warehouse=warehouse,
        stores=stores,
        door=door,
        catalog=catalog,
        policy=load_policy(settings.policy) if settings.policy else open_policy(),
        clock=clock,
        tokenizer=tokenizer,
        model=model(settings),
        index=index(settings, tokenizer) if settings.model else None,
        limits=Limits(
            rows=settings.rows,
            seconds=settings.query_seconds,
            keep_seconds=timedelta(hours=settings.result_hours).total_seconds(),
        ),
    )


def system_run(door: QueryDoor, catalog: Catalog) -> Run:
    """Return what runs askwell's own SQL, for learning and freshness."""
    rights = everything(catalog)

    async def run(sql: str) -> Sequence[tuple[Scalar, ...]]:
        limits = Limits(rows=_PROFILE_ROWS)
        return (await door.fetch(sql, catalog=catalog, rights=rights, limits=limits)).rows

    return run
