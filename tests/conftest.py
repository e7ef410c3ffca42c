import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import botocore.loaders
import pytest

from askwell.settings import Settings
from cases import TODAY, prepare
from defog_cases import FOLDER
from postgres_server import Server, running
from servers import shared
from talk import Talk

# Every session of botocore reads the same large files; all sessions of the tests share them.
botocore.loaders.create_loader = cache(botocore.loaders.create_loader)


def pytest_xdist_auto_num_workers() -> int:
    """Run three processes on two cores: tests wait for servers half of their time."""
    return min(3 * (os.cpu_count() or 1) // 2 or 1, 8)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # of pytest-xdist's processes, the one that begins
        shared.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.end()


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Build and learn a small demo company, once for all tests; they do not change it."""
    return prepare(tmp_path_factory.mktemp("demo"), TODAY, scale=0.02)


@pytest.fixture(scope="module")
def talk(demo_settings: Settings) -> Iterator[Talk]:
    """Open the demo for the tests of one file."""
    talk = Talk(demo_settings)
    yield talk
    talk.close()


@pytest.fixture(scope="session")
def demo_home(demo_settings: Settings) -> Path:
    return demo_settings.home


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Run a PostgreSQL server for the tests that need one."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def defog(postgres: Server) -> Callable[[str], str]:
    """Load a development database when it is first asked for; return its reader's URL."""
    return cache(lambda name: postgres.create(name, FOLDER / name / "schema.sql"))
