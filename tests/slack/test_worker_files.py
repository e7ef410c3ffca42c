"""What does not fit into a message goes along as files: the chart's picture, the whole table."""

import io
from zipfile import ZipFile

import pytest
from house import House

from askwell.playground import Message

DAILY = "How many users signed up by day in 2024?"


async def test_a_long_table_comes_with_its_picture_and_its_files(house: House) -> None:
    question = await house.answered(house.jiwoo, house.general, DAILY)
    answer, files = house.posts(question)
    _has_a_picture(house, answer)
    csv, xlsx = files.files
    assert csv.content is not None
    assert csv.content.decode("utf-8-sig").count("\n") == 367
    assert xlsx.content is not None
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(xlsx.content)).namelist()


def _has_a_picture(house: House, answer: Message) -> None:
    [image] = [block for block in answer.blocks if block["type"] == "image"]
    file = house.slack.workspace.files[image["slack_file"]["id"]]
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert file.alt_text
    assert image["alt_text"] == file.alt_text


async def test_files_too_come_once(house: House) -> None:
    house.slack.faults.drop_response("files.completeUploadExternal", times=2)
    house.slack.faults.drop_response("chat.postMessage")
    question = await house.answered(house.jiwoo, house.general, DAILY)
    house.clock.seconds += 61.0
    await house.worker.drain()
    answer, files = house.posts(question)
    _has_a_picture(house, answer)
    assert len(files.files) == 2


async def test_private_files_stay_private(house: House) -> None:
    stranger = house.slack.workspace.add_user("sam", email="sam@elsewhere.example")
    members = [house.jiwoo.id, stranger.id, house.slack.bot]
    channel = house.slack.workspace.add_channel("mixed", "private", members)
    question = await house.answered(house.jiwoo, channel, DAILY)
    [notice] = house.posts(question)
    assert not notice.files
    answer, files = house.slack.messages(house.slack.direct(house.jiwoo))
    assert len(files.files) == 2
    assert files.thread_ts == answer.ts


@pytest.mark.parametrize("wish", ["엑셀로 줘", "csv"])
async def test_rows_that_are_asked_for_come_as_a_file(house: House, wish: str) -> None:
    first = await house.answered(house.jiwoo, house.general, "2024년 월별 가입자 수")
    for _ in range(2):
        asked = await house.answered(house.jiwoo, house.general, wish, thread=first)
        said, files = house.posts(asked)
        csv, xlsx = files.files
        assert csv.content is not None
        assert csv.content.decode("utf-8-sig").count("\n") == 13
        assert xlsx.name.endswith(".xlsx")
        assert "--csv" not in said.text


async def test_without_rows_there_is_no_file(house: House) -> None:
    asked = await house.answered(house.jiwoo, house.general, "엑셀로 줘")
    [said] = house.posts(asked)
    assert "먼저" in said.text
