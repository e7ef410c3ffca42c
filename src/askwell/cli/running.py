"""Run a command: its settings, its log, and what an error ends with."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from askwell.settings import Settings


def run_command(command: "Callable[[Settings], Any]") -> None:
    """Run a command; a wrong setting ends with 2, an error of askwell's own with 1."""
    import asyncio
    import logging
    import uuid

    from askwell.errors import Misconfigured

    logging.getLogger("metricflow_semantics").setLevel(logging.ERROR)
    logging.getLogger("metricflow").setLevel(logging.ERROR)
    try:
        settings = settings_or_demo()
        _keep_log(settings.home)
        asyncio.run(command(settings))
    except Misconfigured as error:
        click.echo(f"askwell: {error}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, EOFError):
        sys.exit(130)
    except Exception:  # the last stop: a number instead of a stack trace
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("askwell").exception("command failed; reference %s", reference)
        click.echo(f"askwell: something went wrong; reference {reference}", err=True)
        sys.exit(1)


_LINE = "%(asctime)s %(levelname)s %(message)s"


def tell_log() -> None:
    """Write the log to standard error too, where whoever runs the process collects it."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_LINE))
    logging.getLogger("askwell").addHandler(handler)


def _keep_log(home: Path) -> None:
    """Write what goes wrong into a file in `home`; the terminal shows no stack traces."""
    import logging

    from askwell.errors import Misconfigured

    try:
        home.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(home / "askwell.log", encoding="utf-8")
    except OSError as error:
        raise Misconfigured(
            f"ASKWELL_HOME is {str(home)!r}: {error.strerror}. Write a folder that can be written."
        ) from error
    handler.setFormatter(logging.Formatter(_LINE))
    log = logging.getLogger("askwell")
    log.addHandler(handler)
    log.propagate = False


def settings_or_demo(environ: "Mapping[str, str] | None" = None) -> "Settings":
    """Return the settings; where no warehouse is set, with the demo company's sources."""
    from dataclasses import replace

    from askwell.settings import load

    settings = load(environ)
    if settings.warehouse_url:
        return settings
    from askwell import demo

    return replace(
        settings,
        warehouse_url=f"duckdb:///{settings.home / f'demo-{_last_day(settings)}.duckdb'}",
        dbt_project=settings.dbt_project or demo.DBT_PROJECT,
        knowledge=settings.knowledge or demo.KNOWLEDGE,
        policy=settings.policy or demo.POLICY,
        is_demo=True,
    )


def _last_day(settings: "Settings") -> "date":
    from askwell.domain.clock import Clock

    return Clock(settings.time_zone or "Asia/Seoul", settings.today).yesterday()


def build_demo(settings: "Settings", *, scale: float | None = None) -> None:
    """Build the demo warehouse unless it is there, and drop those of earlier days.

    A `scale` that is given always builds it anew.
    """
    from askwell import demo, wiring
    from askwell.errors import Misconfigured

    path = wiring.warehouse_file(settings)
    if path.exists() and scale is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        demo.build(path, scale=scale or 1.0, end=_last_day(settings))
    except ValueError as error:
        raise Misconfigured(f"ASKWELL_TODAY is {settings.today}. {error}") from error
    for old in path.parent.glob("demo-*.duckdb"):
        if old != path:
            old.unlink()
