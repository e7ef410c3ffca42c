"""What Slack tells, and what of it is a question."""

from typing import Any

import pytest

from askwell.slack.events import Event, clicked, commanded, edited, plain_text, said

BOT = "UBOT"
Json = dict[str, Any]


def body(**event: Any) -> Json:
    given = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "ts": "2.000000",
        "text": "지난달 가입자 수",
    }
    found = {key: value for key, value in {**given, **event}.items() if value is not None}
    authorized = [{"team_id": "T1", "user_id": BOT}]
    return {"team_id": "T9", "authorizations": authorized, "event_id": "Ev1", "event": found}


def mention(**event: Any) -> Json:
    return body(**{"text": f"<@{BOT}> 지난달 가입자 수", **event})


IN_THREAD = {"thread_ts": "1.000000"}

ASKED: list[tuple[str, Json, Json]] = [
    ("a mention", mention(type="app_mention", channel_type=None), {}),
    ("a mention as a message", mention(), {}),
    ("a mention with a name", body(text=f"<@{BOT}|askwell> 지난달 가입자 수"), {}),
    ("a mention at the end", body(text=f"지난달 가입자 수 <@{BOT}>"), {}),
    ("a mention in a thread", mention(**IN_THREAD), {"thread": "1.000000"}),
    (
        "a mention beside somebody",
        mention(text=f"<@U2> <@{BOT}> 지난달 가입자 수"),
        {"text": "<@U2> 지난달 가입자 수"},
    ),
    ("a bare mention", body(text=f"<@{BOT}>"), {"text": ""}),
    ("a direct message", body(channel="D1", channel_type="im"), {"channel_type": "im"}),
    (
        "a direct message in a thread",
        body(channel="D1", channel_type="im", **IN_THREAD),
        {"channel_type": "im", "thread": "1.000000"},
    ),
    ("a private channel", mention(channel_type="group"), {"channel_type": "group"}),
    ("a file with words", mention(subtype="file_share", files=[{"id": "F1"}]), {}),
    ("sent to the channel too", mention(subtype="thread_broadcast", **IN_THREAD), {}),
    ("a reply", body(**IN_THREAD), {"thread": "1.000000", "is_addressed": False}),
]


@pytest.mark.parametrize(("payload", "expected"), [a[1:] for a in ASKED], ids=[a[0] for a in ASKED])
def test_it_is_asked(payload: Json, expected: Json) -> None:
    event = said(payload, BOT)
    assert event is not None
    whole = {"team": "T1", "user": "U1", "ts": "2.000000", "kind": "question", **expected}
    found = event.model_dump()
    assert {key: found[key] for key in whole} == whole
    assert found["text"] == expected.get("text", "지난달 가입자 수")


SILENT: list[tuple[str, Json]] = [
    ("talk in a channel", body()),
    ("a reply to somebody", body(text="<@U2> 이거 봐 주세요", **IN_THREAD)),
    ("a reply that names somebody later", body(text="매출은 <@U2> 님이 알아요", **IN_THREAD)),
    ("a reply to a group", body(text="<!subteam^S1> 확인 부탁", **IN_THREAD)),
    ("a reply to all", body(text="<!here> 매출 보세요", **IN_THREAD)),
    ("askwell itself", body(user=BOT, channel="D1", channel_type="im")),
    ("another bot", mention(bot_id="B1")),
    ("a bot without a user", mention(user=None, bot_id="B1", subtype="bot_message")),
    ("Slack's own bot", body(user="USLACKBOT", channel="D1", channel_type="im")),
    ("somebody joins", mention(subtype="channel_join")),
    ("a new topic", mention(subtype="channel_topic")),
    ("a deletion", body(subtype="message_deleted", user=None, text=None)),
    ("a file alone", body(subtype="file_share", text="", channel="D1", channel_type="im")),
    ("nothing but blanks", body(text="  \n ", channel="D1", channel_type="im")),
]


@pytest.mark.parametrize("payload", [s[1] for s in SILENT], ids=[s[0] for s in SILENT])
def test_it_is_none(payload: Json) -> None:
    assert said(payload, BOT) is None


def test_a_mention_that_comes_as_two_events_is_one_question() -> None:
    first = said(mention(type="app_mention", channel_type=None), BOT)
    second = said(mention(), BOT)
    assert first
    assert second
    assert first.identity == second.identity == "T1:C1:2.000000:question"
    assert first.turn == second.turn
    assert len(first.turn) == 32
    assert first.group == "T1:C1:2.000000"


def change(before: str, after: str, **event: Any) -> Json:
    message = {"type": "message", "user": "U1", "ts": "2.000000", **event}
    return body(
        subtype="message_changed",
        user=None,
        text=None,
        message={**message, "text": after},
        previous_message={**message, "text": before},
    )


def test_a_changed_question_is_an_edit_of_the_same_question() -> None:
    event = edited(change(f"<@{BOT}> 매출", f"<@{BOT}> 가입자 수"), BOT)
    assert event
    assert (event.is_edit, event.text) == (True, "가입자 수")
    assert event.identity == "T1:C1:2.000000:question"


def test_what_becomes_a_question_by_its_change_is_a_new_one() -> None:
    event = edited(change("가입자 수", f"<@{BOT}> 가입자 수"), BOT)
    assert event
    assert not event.is_edit


@pytest.mark.parametrize(
    "payload",
    [
        change(f"<@{BOT}> 매출", f"<@{BOT}> 매출"),
        change("안녕", "안녕하세요"),
        change(f"<@{BOT}> 매출", f"<@{BOT}> 가입자", user=BOT),
        change(f"<@{BOT}> 매출", f"<@{BOT}> 가입자", bot_id="B1"),
    ],
)
def test_other_changes_are_nothing(payload: Json) -> None:
    assert edited(payload, BOT) is None


def click(user: str, value: str = "t1:0", ts: str = "3.000000", **more: Any) -> Event:
    payload = {
        "team": {"id": "T1"},
        "user": {"id": user},
        "channel": {"id": "C1", "name": "privategroup"},
        "message": {"ts": ts, "thread_ts": "1.000000"},
        "actions": [{"action_id": "askwell_choice_0", "value": value}],
        **more,
    }
    return clicked(payload, "choice", "결제 금액", now="9.000000")


def test_a_click_asks_in_the_name_of_whoever_clicked() -> None:
    event = click("U7")
    assert (event.user, event.thread, event.ts) == ("U7", "1.000000", "9.000000")
    assert event.channel_type == "group"
    assert event.group == "T1:C1:1.000000"


def test_a_double_click_is_one_question_and_another_click_is_another() -> None:
    assert click("U7").identity == click("U7").identity
    others = {click("U7"), click("U8"), click("U7", value="t1:1"), click("U7", ts="4.000000")}
    assert len({event.identity for event in others}) == 4


def test_a_message_that_only_one_person_sees_says_less_of_itself() -> None:
    container = {"message_ts": "5.000000", "thread_ts": "1.000000", "is_ephemeral": True}
    assert click("U7", message=None, container=container).thread == "1.000000"


def test_shares_of_one_answer_wait_for_each_other() -> None:
    """Two owners who click at once in their own direct messages show it once."""
    offers = [click("U7", ts="5.000000"), click("U8", ts="6.000000")]
    shares = [one.model_copy(update={"kind": "share", "text": "turn"}) for one in offers]
    assert len({event.identity for event in shares}) == 2
    assert {event.group for event in shares} == {"T1:share:turn"}


def test_a_command_has_no_message_to_answer_under() -> None:
    payload = {"team_id": "T1", "channel_id": "D1", "channel_name": "directmessage"}
    rest = {"user_id": "U1", "text": " 매출 &gt; 3? ", "trigger_id": "1.2.abc"}
    event = commanded({**payload, **rest}, "8.000000")
    assert (event.text, event.thread, event.channel_type) == ("매출 > 3?", "", "im")
    assert event.identity == "T1:D1:1.2.abc:command"
    assert event.group == "T1:D1:8.000000"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<https://a.kr/x|여기> 매출", "여기 매출"),
        ("<https://a.kr/x> 매출", "https://a.kr/x 매출"),
        ("<#C1|매출> 채널", "#매출 채널"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("두\n줄", "두 줄"),
    ],
)
def test_a_text_is_what_was_typed(raw: str, text: str) -> None:
    assert plain_text(raw, BOT) == text
