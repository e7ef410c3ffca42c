"""Short messages around an answer: where it went, who may share it, why there is none."""

from typing import Any

from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.elements import (
    Block,
    actions,
    button,
    joint,
    paragraph,
    plain,
    rich,
    span,
)
from askwell.slack.blocks.message import SlackMessage
from askwell.slack.blocks.said import notification

_MOST_QUESTION = 500
_ALONE = "Not everyone here may see this answer, so I sent it to you alone."
_ALONE_BY_CHOICE = "I sent the answer to you alone, as you have set."
REFUSED = {
    "guest": "I answer full members of this workspace only. Please ask a colleague.",
    "bot": "I answer people only.",
    "external": "I give data only to people of this workspace.",
    "deactivated": "This account is deactivated, so I cannot answer.",
}


def pointer(language: Language, link: str = "", *, chosen: bool = False) -> SlackMessage:
    """Say in the thread that the answer went to the asker alone; `link` leads to it.

    `chosen`: the asker wants all answers that way.
    """
    said = text(_ALONE_BY_CHOICE if chosen else _ALONE, language)
    return _said(said, [_link(text("Open the answer", language), link)] if link else [])


def share_offer(
    turn: str, question: str, language: Language, *, asker: str, link: str = ""
) -> SlackMessage:
    """Ask an owner of the data whether the answer may be shown in its thread.

    `asker`: the Slack id of the person who asked; `link`: where they asked.
    """
    said = text("asked this, and the answer needs your data. May the thread see it?", language)
    share = button(text("Share in the thread", language), ids.SHARE, turn, style="primary")
    there = [_link(text("Open the thread", language), link)] if link else []
    who = paragraph({"type": "user", "user_id": asker}, joint(" "), span(said))
    return SlackMessage(
        text=notification([said, question]),
        blocks=(rich(who, _quote(question)), *actions([share, *there])),
    )


def shared(question: str, language: Language, *, by: str, link: str = "") -> SlackMessage:
    """Say, in place of the offer, that somebody has shared the answer; `by`: their Slack id."""
    said = text("shared the answer in the thread.", language)
    who = paragraph({"type": "user", "user_id": by}, joint(" "), span(said))
    there = [_link(text("Open the thread", language), link)] if link else []
    return SlackMessage(
        text=notification([said, question]), blocks=(rich(who, _quote(question)), *actions(there))
    )


def asked_again(question: str, language: Language, *, asker: str) -> SlackMessage:
    """Say in the thread what a click asked, so that the answer below it can be understood."""
    said = text("asks:", language)
    who = {"type": "user", "user_id": asker}
    line = paragraph(who, joint(f" {said} "), span(question, bold=True, most=_MOST_QUESTION))
    return SlackMessage(text=notification([question]), blocks=(rich(line),))


def edited_offer(turn: str, language: Language) -> SlackMessage:
    """Offer to answer a question again whose message was changed."""
    said = text("Your question has changed. Shall I answer it again?", language)
    return _said(said, [button(text("Answer again", language), ids.AGAIN, turn)])


def apology(reference: str, language: Language) -> SlackMessage:
    """Say that a question could not be answered at all, with the number for the data team."""
    msgid = "Something went wrong on my side. Please tell the data team this number: {reference}."
    return _said(text(msgid, language, reference=reference))


def sentence_message(said: str) -> SlackMessage:
    """Return a plain sentence, such as why something was refused, as a message."""
    return _said(said)


def _said(said: str, buttons: list[Block] | None = None) -> SlackMessage:
    blocks = (rich(paragraph(span(said))), *actions(buttons or []))
    return SlackMessage(text=notification([said]), blocks=blocks)


def _link(label: str, url: str) -> dict[str, Any]:
    return {"type": "button", "text": plain(label, 75), "action_id": ids.OPEN, "url": url}


def _quote(question: str) -> Block:
    return {"type": "rich_text_quote", "elements": [span(question, most=_MOST_QUESTION)]}
