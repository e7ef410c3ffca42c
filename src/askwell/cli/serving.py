"""Answer in Slack, and in a local Slack: `serve`, `playground`."""

from typing import TYPE_CHECKING, Any

import click

from askwell.cli.running import build_demo, tell_log

if TYPE_CHECKING:
    import asyncio

    from askwell.settings import Settings


# A worker gives way to a listener on the same machine, whose acks cannot wait.
_NICENESS = 10
_NO_SLACK = "The packages for Slack are missing; run `pip install 'askwell[slack]'`."


def print_manifest(url: str) -> None:
    """Print the manifest to create the app from; with a URL, for HTTP."""
    import yaml

    from askwell.slack.manifest import MANIFEST, http_manifest

    over_http = url and yaml.safe_dump(http_manifest(url), allow_unicode=True, sort_keys=False)
    click.echo(over_http or MANIFEST.read_text("utf-8"), nl=False)


async def serve_playground(settings: "Settings", host: str, port: int) -> None:
    """Open the playground until Ctrl-C."""
    from askwell import wiring
    from askwell.errors import Misconfigured

    try:
        from askwell.wiring.playground import in_playground
    except ImportError as error:
        raise Misconfigured(_NO_SLACK) from error
    if settings.is_demo and await _is_demo_new(settings):
        await wiring.learn(settings)
    ended = _ended()
    try:
        async with in_playground(settings, team=_team(settings), host=host, port=port) as address:
            click.echo(f"The playground is open: {address} (Ctrl-C closes it).")
            await ended.wait()
    except OSError as error:
        raise Misconfigured(f"Port {port}: {error.strerror}. Give another --port.") from error


async def _is_demo_new(settings: "Settings") -> bool:
    """Build the demo company where it is not there; tell whether it must be learned."""
    import asyncio

    from askwell import wiring

    path = wiring.warehouse_file(settings)
    is_known = path.exists() and (settings.home / "catalog.json").exists()
    if not is_known:
        click.echo("Building the demo company (about 20 seconds, once a day) …", err=True)
    await asyncio.to_thread(build_demo, settings)
    return not is_known


def _team(settings: "Settings") -> str:
    from askwell import demo

    return demo.NAME if settings.is_demo else "askwell"


def _ended() -> "asyncio.Event":
    """Return what is set by Ctrl-C, or when the process is told to end."""
    import asyncio
    import signal

    ended = asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, ended.set)
    return ended


def in_role(settings: "Settings", role: str | None) -> "Settings":
    """Return the settings with another role, where one is given."""
    from dataclasses import replace

    given: Any = role or settings.slack.role
    return replace(settings, slack=replace(settings.slack, role=given))


async def serve(settings: "Settings") -> None:
    """Answer until Ctrl-C, or until the process is told to end: what is begun is ended first."""
    import os

    from askwell.errors import Misconfigured
    from askwell.wiring import open_newest
    from askwell.wiring.catalogs import following

    try:
        from askwell.slack.probes import probes
        from askwell.wiring.slack_app import in_slack
    except ImportError as error:
        raise Misconfigured(_NO_SLACK) from error
    if settings.slack.role == "worker":
        os.nice(_NICENESS)
    tell_log()
    app = await open_newest(settings)
    ended = _ended()
    try:
        async with (
            following(app),
            in_slack(app) as here,
            probes(here.problems, host=settings.slack.host, port=settings.health_port),
        ):
            click.echo(f"askwell is in Slack, {_how(settings, here.address)}.")
            await _first(ended, here.working)
    finally:
        await app.close()


async def _first(ended: "asyncio.Event", working: "asyncio.Future[None]") -> None:
    """Wait for the end; raise what ended the worker, where that comes first."""
    import asyncio

    told = asyncio.ensure_future(ended.wait())
    waited: list[asyncio.Future[Any]] = [told, working]
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if working.done():
        working.result()


def _how(settings: "Settings", address: str) -> str:
    if settings.slack.role == "worker":
        return "as a worker that answers what listeners hear"
    return f"at {address}/slack/events" if address else "over Socket Mode"
