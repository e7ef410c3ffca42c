"""`askwell slack` as a process of its own: it answers, and ends when it is told to."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from app_house import local_slack
from house import home_of

from askwell.demo import ANALYST, DBT_PROJECT, FIRST_QUESTION, KNOWLEDGE
from askwell.settings import Settings

PATIENCE = 60.0


async def test_the_command_answers_until_it_is_told_to_end(
    demo_settings: Settings, tmp_path: Path
) -> None:
    slack = await local_slack()
    settings = home_of(demo_settings, tmp_path / "home")
    environ = {
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
    }
    call = "from askwell.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", call, "slack", env=environ, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        assert b"askwell is in Slack" in await process.stdout.readline()
    jiwoo = slack.workspace.add_user("jiwoo", email=ANALYST)
    question = await slack.says(jiwoo, slack.direct(jiwoo), FIRST_QUESTION)
    await slack.until(lambda: slack.answers(question), PATIENCE)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await process.stdout.read()
        assert await process.wait() == 0
    log = (settings.home / "askwell.log").read_text("utf-8")
    assert slack.token not in log
    assert slack.app.app_token not in log
    await slack.close()
