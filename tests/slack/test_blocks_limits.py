"""Whatever an answer holds, Slack takes the message, and no text in it does anything."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import slack_answers
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from askwell.conversation import Entry, Repertoire
from askwell.domain.kept import KeptAnswer, Preference
from askwell.messages import text as said_in
from askwell.playground.validation import check_chunks, check_message, check_view
from askwell.slack.blocks import (
    SlackMessage,
    answer_message,
    apology,
    asked_again,
    correction_form,
    edited_offer,
    feedback_form,
    home_view,
    loading_messages,
    plan_title,
    pointer,
    preferences_form,
    prompts,
    receipt_modal,
    sentence_message,
    share_offer,
    sql_modal,
    status,
    task,
)
from askwell.slack.blocks.actions import Origin
from askwell.slack.blocks.message import MOST_CHARACTERS, characters
from askwell.slack.blocks.notices import REFUSED

ORIGIN = Origin(turn=slack_answers.TURN, channel="C1", thread="1.2")
LANGUAGES = st.sampled_from(["ko", "en"])
often = settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # such answers shrink for minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def parts(found: Any) -> Iterator[dict[str, Any]]:
    """Yield each object in blocks."""
    if isinstance(found, dict):
        yield found
        found = list(found.values())
    if isinstance(found, list | tuple):
        for part in found:
            yield from parts(part)


def strings(found: Any) -> Iterator[str]:
    """Yield each text in blocks."""
    for part in parts(found):
        yield from (value for value in part.values() if isinstance(value, str))


def assert_harmless(found: Any) -> None:
    """Check that no text is read as markup, calls anybody, or turns direction."""
    kinds = {part.get("type") for part in parts(found)}
    assert not kinds & {"mrkdwn", "markdown", "broadcast", "usergroup", "channel"}
    for part in parts(found):
        if part.get("type") == "plain_text":
            assert part.get("emoji") is False
    for text in strings(found):
        bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
        assert set(bad) <= {"\u200c", "\u200d", "\n"}
    assert json.loads(json.dumps(found, allow_nan=False)) is not None


def assert_posts(message: SlackMessage) -> None:
    """Check that Slack takes a message, and that notifications say something harmless."""
    blocks = [*message.blocks]
    check_message(blocks)
    assert_harmless(blocks)
    assert characters(blocks) <= MOST_CHARACTERS
    assert 0 < len(message.text) <= 20_000
    assert not re.search("[<>]", message.text)
    assert not re.search(r"&(?!amp;|lt;|gt;)", message.text)
    assert not re.search(r"(?<!\w)[@#]\w|://", message.text)
    assert not re.search(r"(?<!\w)[*_~`]\S|\S[*_~`](?!\w)", message.text)


def assert_opens(view: dict[str, Any]) -> None:
    """Check that Slack opens a view."""
    check_view(view, view["type"])
    assert_harmless(view)


@often
@given(slack_answers.kept_answers)
def test_any_answer_can_be_posted(kept: KeptAnswer) -> None:
    message = answer_message(kept)
    assert_posts(message)
    with_picture = answer_message(kept, chart_file="F123")
    assert_posts(with_picture)
    assert "chart" not in with_picture.files
    assert ("chart" in message.files) <= bool(message.chart_alt)


@often
@given(slack_answers.kept_answers)
def test_what_a_table_leaves_out_goes_along_as_files(kept: KeptAnswer) -> None:
    answer = kept.answer.model_copy(update={"kind": "answer"})
    message = answer_message(kept.model_copy(update={"answer": answer}))
    shown = [b for b in message.blocks if b["type"] == "data_table"]
    table = answer.table
    if table is None or not table.columns or not table.rows:
        assert not shown
        assert not {"csv", "xlsx"} & {*message.files}
        return
    cells = [row for block in shown for row in block["rows"][1:]]
    is_whole = len(cells) == table.row_count and len(cells[0]) == len(table.columns)
    one_number = len(table.columns) == table.row_count == 1
    if not is_whole and not one_number:
        assert {"csv", "xlsx"} <= {*message.files}


@often
@given(slack_answers.kept_answers)
def test_any_answer_opens_its_modals(kept: KeptAnswer) -> None:
    assert_opens(sql_modal(kept, ORIGIN).view)
    assert_opens(receipt_modal(kept, ORIGIN).view)
    assert_opens(correction_form(kept, ORIGIN).view)


entries = slack_answers.many(
    st.builds(
        Entry, name=slack_answers.texts, label=slack_answers.texts, description=slack_answers.texts
    ),
    60,
)


@often
@given(
    st.builds(
        Repertoire,
        metrics=entries,
        topics=entries,
        examples=slack_answers.many(slack_answers.texts),
    ),
    st.tuples(slack_answers.kept_answers).map(lambda one: one * 7),
    st.builds(
        Preference,
        person=st.just("U1"),
        language=st.none() | LANGUAGES,
        private=st.booleans(),
    ),
    LANGUAGES,
)
def test_any_home_opens(
    repertoire: Repertoire, recent: tuple[KeptAnswer, ...], preference: Preference, language: Any
) -> None:
    assert_opens(home_view(repertoire, recent, preference, language).view)
    assert_opens(preferences_form(preference, language).view)
    assert_opens(feedback_form(ORIGIN, language).view)
    assert len(prompts(repertoire)) <= 4


@often
@given(slack_answers.texts, LANGUAGES)
def test_any_notice_can_be_posted(said: str, language: Any) -> None:
    link = "https://example.slack.com/archives/C1/p1"
    for message in (
        pointer(language),
        pointer(language, link),
        share_offer(slack_answers.TURN, said, language, asker="U1", link=link),
        asked_again(said, language, asker="U1"),
        edited_offer(slack_answers.TURN, language),
        apology(said, language),
    ):
        assert_posts(message)
    steps = [task(s, "complete", language, said) for s in ("understood", "drafted", "ran")]
    check_chunks([plan_title(language), *steps])
    assert_harmless(steps)


@given(LANGUAGES, st.sampled_from([*REFUSED.values()]))
def test_outsiders_are_refused_in_one_sentence(language: Any, why: str) -> None:
    message = sentence_message(said_in(why, language))
    assert_posts(message)
    assert len(message.blocks) == 1


@given(LANGUAGES)
def test_waiting_is_short(language: Any) -> None:
    assert status(language)
    assert 0 < len(loading_messages(language)) <= 10
    assert all(len(m) <= 50 for m in loading_messages(language))
