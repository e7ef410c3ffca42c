from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from house import House, home_of, opened

from askwell.playground import Slack
from askwell.settings import Settings


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    server = await Slack.start(retry_after=(0.0, 0.05, 0.1), timeout=10.0)
    yield server
    await server.close()


@pytest.fixture
def settings(demo_settings: Settings, tmp_path: Path) -> Settings:
    return home_of(demo_settings, tmp_path / "home")


@pytest.fixture
async def house(settings: Settings, slack: Slack) -> AsyncIterator[House]:
    async with opened(settings, slack) as house:
        yield house
