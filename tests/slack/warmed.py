"""Loaded once by the process that workers are forked from: what takes each of them seconds."""

import os
from pathlib import Path

from askwell.knowledge import catalog as catalogs
from askwell.metrics.engine import engine

CATALOG = "ASKWELL_TESTS_CATALOG"

_catalog = catalogs.load(Path(os.environ[CATALOG]))
engine(_catalog.manifest, _catalog.dialect)
