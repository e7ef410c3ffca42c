"""What the doctor says of questions that nobody could answer."""

from pathlib import Path

from askwell.inbox.sqlite import INBOX, SQLiteInbox
from askwell.wiring.health import examine
from clinic import learned


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


async def _said(settings: object) -> str:
    return {door: problem async for door, problem in examine(settings)}["inbox"]  # type: ignore[arg-type]
