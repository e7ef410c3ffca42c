"""The learning lane: sources in, a new catalog swapped in, whole."""

import asyncio

from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.grounding.lexicon import surfaces
from askwell.knowledge.learn import Learned, build_catalog
from askwell.knowledge.learn import learn as learn_catalog
from askwell.language import Tokenizer
from askwell.rights import Policy, load_policy
from askwell.settings import Settings
from askwell.wiring.app import system_run
from askwell.wiring.catalogs import publish
from askwell.wiring.doors import doors, index

_DEFAULT_ZONE = "Asia/Seoul"


async def learn(settings: Settings) -> Learned:
    """Learn from the sources and swap the new catalog in, whole; its search index first.

    Raises:
        Misconfigured: a file is broken; the message names its line.
    """
    clock = Clock(settings.time_zone or _DEFAULT_ZONE, settings.today)
    warehouse, stores, door = doors(settings, clock)
    try:
        found = await door.tables()
        plain = await asyncio.to_thread(
            build_catalog, found, dbt_project=None, knowledge=None, dialect=warehouse.dialect
        )
        learned = await learn_catalog(
            found,
            system_run(door, plain),
            dbt_project=settings.dbt_project,
            knowledge=settings.knowledge,
            dialect=warehouse.dialect,
        )
        if settings.policy:
            _check_policy(load_policy(settings.policy), learned.catalog)
        if settings.model:
            tokenizer = Tokenizer(surfaces(learned.catalog))
            searched = index(settings, tokenizer)
            try:
                await searched.refresh(learned.catalog)
            finally:
                await searched.close()
        await publish(settings, learned.catalog, stores.knowledge)
        return learned
    finally:
        await warehouse.close()
        stores.close()


def _check_policy(policy: Policy, catalog: Catalog) -> None:
    for email in policy.people:
        policy.rights(policy.asker(email), catalog)
