import sqlite3
from contextlib import closing

from askwell.settings import Settings
from askwell.wiring.stores import DATABASE


def newest_record(settings: Settings) -> str:
    """Return the newest record of who read what, as it is kept."""
    with closing(sqlite3.connect(settings.home / DATABASE)) as connection:
        found = connection.execute("SELECT body FROM audit ORDER BY number DESC LIMIT 1")
        return str(found.fetchone()[0])
