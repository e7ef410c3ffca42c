"""What the doctor says of questions that nobody could answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from askwell.inbox.sqlite import INBOX, SQLiteInbox
from askwell.settings import AWSSettings
from askwell.wiring.health import examine
from clinic import learned
from servers.dynamodb_server import dynamodb_url


async def test_dead_letters_are_shown_with_their_numbers(tmp_path: Path) -> None:
    settings = await learned(tmp_path)
    inbox = SQLiteInbox(tmp_path / INBOX)
    assert await _said(settings) == ""
    await inbox.put("T1:C1:1.0:question", "T1:C1:1.0", {"text": "how many?"})
    delivery = await inbox.take()
    assert delivery is not None
    await inbox.bury(delivery, reference="ab12cd34", reason="Slack could not be reached")
    await inbox.close()
    said = await _said(settings)
    assert "ab12cd34" in said
    assert "Slack could not be reached" in said
    assert "how many?" not in said


async def test_a_table_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    settings = await learned(tmp_path)
    aws = AWSSettings(table="not-there", bucket="", queue_url="", region="us-east-1")
    found = {door: problem async for door, problem in examine(replace(settings, aws=aws))}
    assert "not-there" in found["stores"]


async def _said(settings: object) -> str:
    return {door: problem async for door, problem in examine(settings)}["inbox"]  # type: ignore[arg-type]
