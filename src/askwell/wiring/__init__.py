"""Settings to a running askwell; the only room that names concrete doors."""

from askwell.wiring.app import Askwell, open_askwell, system_run
from askwell.wiring.bench import bench
from askwell.wiring.catalogs import open_newest
from askwell.wiring.doors import warehouse_file
from askwell.wiring.health import examine
from askwell.wiring.learning import learn

__all__ = [
    "Askwell",
    "bench",
    "examine",
    "learn",
    "open_askwell",
    "open_newest",
    "system_run",
    "warehouse_file",
]
