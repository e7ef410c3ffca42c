"""`askwell playground` as a process: its page answers, and it ends when it is told to."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from askwell.demo import FIRST_QUESTION
from askwell.settings import Settings

PATIENCE = 60.0
CALL = "from askwell.cli import main; main()"


def environ(demo: Settings, home: Path) -> dict[str, str]:
    """Return the environment of somebody who set nothing; the demo company is built already."""
    for found in (demo.home / "catalog.json", *demo.home.glob("demo-*.duckdb")):
        shutil.copy(found, home)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ASKWELL_")}
    return {**plain, "ASKWELL_HOME": str(home), "ASKWELL_TODAY": str(demo.today)}


async def changes(http: aiohttp.ClientSession, who: str) -> AsyncIterator[dict[str, Any]]:
    """Yield what the page is told, at first everything."""
    async with http.get(f"/page/changes?as={who}") as response:
        async for line in response.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


async def test_its_page_answers_until_it_is_told_to_end(
    demo_settings: Settings, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CALL, "playground", "--port", "0"),
        env=environ(demo_settings, tmp_path),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        said = (await process.stdout.readline()).decode()
        address = next(word for word in said.split() if word.startswith("http://"))
        async with aiohttp.ClientSession(address, read_bufsize=2**20) as http:
            assert "<title>" in await (await http.get("/")).text()
            people = await (await http.get("/page/people")).json()
            assert [p["name"] for p in people] == ["김지우", "이민서", "최서연", "박하준"]
            told = changes(http, people[0]["id"])
            assert "294" in await answered(http, told, people[0]["id"])
            process.send_signal(signal.SIGTERM)  # while a page is open
            assert await process.wait() == 0
            await told.aclose()  # type: ignore[attr-defined]  # a generator
    assert await process.stdout.read() == b""
    log = (tmp_path / "askwell.log").read_text("utf-8")
    assert "Traceback" not in log


async def answered(
    http: aiohttp.ClientSession, told: AsyncIterator[dict[str, Any]], who: str
) -> str:
    """Ask in a channel as the page does, and return the text of the answer in its thread."""
    everything = await anext(told)
    bot = everything["app"]["bot"]
    growth = next(c["id"] for c in everything["channels"] if c["name"] == "growth")
    post = {"channel": growth, "text": f"<@{bot}> {FIRST_QUESTION}"}
    done = await (await http.post(f"/page/do/says?as={who}", json=post)).json()
    async for change in told:
        message = change.get("message") or {}
        is_reply = message.get("thread_ts") == done["ts"] and message.get("bot_id")
        if is_reply and message["text"] and not message["is_streaming"]:
            return str(message["text"])
    pytest.fail("the line was closed")
