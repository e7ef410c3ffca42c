"""`askwell serve` as a process of its own: it answers, and ends when it is told to."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from app_house import local_slack
from house import home_of

from askwell.demo import ANALYST, DBT_PROJECT, FIRST_QUESTION, KNOWLEDGE
from askwell.playground import Slack
from askwell.settings import Settings
from servers.shared import free_port

PATIENCE = 60.0


def environ_of(settings: Settings, slack: Slack, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "ASKWELL_HOME": str(settings.home),
        "ASKWELL_WAREHOUSE_URL": settings.warehouse_url,
        "ASKWELL_POLICY": str(settings.policy),
        "ASKWELL_DBT_PROJECT": str(DBT_PROJECT),
        "ASKWELL_KNOWLEDGE": str(KNOWLEDGE),
        "ASKWELL_TODAY": str(settings.today),
        "ASKWELL_SLACK_BOT_TOKEN": slack.token,
        "ASKWELL_SLACK_APP_TOKEN": slack.app.app_token,
        "ASKWELL_SLACK_API_URL": slack.base_url,
        **more,
    }


@asynccontextmanager
async def serving(environ: dict[str, str], *options: str) -> AsyncIterator[Process]:
    """Run `askwell serve` until it is told to end, and see it end well."""
    call = "from askwell.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", call, "serve", *options, env=environ, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        assert b"askwell is in Slack" in await process.stdout.readline()
    yield process
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await process.stdout.read()
        assert await process.wait() == 0


async def test_it_answers_until_it_is_told_to_end(
    demo_settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    slack = await local_slack()
    settings = home_of(demo_settings, tmp_path / "home")
    for first in ("chat.postMessage", "chat.startStream"):  # a quick answer, or a slow one
        slack.faults.refuse(first, "invalid_blocks", times=1)
    async with serving(environ_of(settings, slack)):
        jiwoo = slack.workspace.add_user("jiwoo", email=ANALYST)
        question = await slack.says(jiwoo, slack.direct(jiwoo), FIRST_QUESTION)
        await slack.until(lambda: slack.answers(question), PATIENCE)
    log = (settings.home / "askwell.log").read_text("utf-8")
    assert "try 1 failed" in log
    assert log == capfd.readouterr().err, "it is collected from standard error"
    assert slack.token not in log
    assert slack.app.app_token not in log
    await slack.close()


async def test_a_listener_and_a_worker_share_the_work(
    demo_settings: Settings, tmp_path: Path
) -> None:
    slack = await local_slack()
    settings = home_of(demo_settings, tmp_path / "home")
    heard, works = str(free_port()), str(free_port())
    listener = environ_of(settings, slack, ASKWELL_HEALTH_PORT=heard)
    worker = environ_of(settings, slack, ASKWELL_HEALTH_PORT=works)
    async with serving(listener, "--role", "listener"), serving(worker, "--role", "worker"):
        for port in (heard, works):
            assert await probed(port, "/live") == (200, "ok")
            assert await probed(port, "/ready") == (200, "ok")
        jiwoo = slack.workspace.add_user("jiwoo", email=ANALYST)
        question = await slack.says(jiwoo, slack.direct(jiwoo), FIRST_QUESTION)
        await slack.until(lambda: slack.answers(question), PATIENCE)
        slack.faults.refuse("apps.connections.open", "internal_error")
        await slack.socket.drop()
        await until_probed(heard, (503, "Slack is not connected"))
        assert await probed(heard, "/live") == (200, "ok")
    await slack.close()


async def test_what_is_begun_is_ended_before_the_process_is(
    demo_settings: Settings, tmp_path: Path
) -> None:
    slack = await local_slack()
    settings = home_of(demo_settings, tmp_path / "home")
    jiwoo = slack.workspace.add_user("jiwoo", email=ANALYST)
    held = slack.faults.hold("chat.postMessage", before=True)
    async with serving(environ_of(settings, slack)) as process:
        question = await slack.says(jiwoo, slack.direct(jiwoo), FIRST_QUESTION)
        await held.reached.wait()
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        held.release()
    assert len(slack.answers(question)) == 1
    await slack.close()


async def probed(port: str, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def until_probed(port: str, expected: tuple[int, str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while await probed(port, "/ready") != expected:  # noqa: ASYNC110  # of another process
            await asyncio.sleep(0.1)
