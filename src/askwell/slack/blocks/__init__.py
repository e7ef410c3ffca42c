"""Answers as Block Kit: pure functions, never past Slack's limits, with every text made harmless.

What clicks carry and what they are called is in `askwell.slack.blocks.actions`.
"""

from askwell.slack.blocks.answer import answer_message
from askwell.slack.blocks.forms import correction_form, feedback_form, preferences_form
from askwell.slack.blocks.home import home_view, prompts
from askwell.slack.blocks.message import FileKind, SlackMessage, SlackView
from askwell.slack.blocks.modals import receipt_modal, sql_modal
from askwell.slack.blocks.notices import (
    apology,
    asked_again,
    edited_offer,
    pointer,
    sentence_message,
    share_offer,
    shared,
)
from askwell.slack.blocks.progress import loading_messages, plan_title, status, task

__all__ = [
    "FileKind",
    "SlackMessage",
    "SlackView",
    "answer_message",
    "apology",
    "asked_again",
    "correction_form",
    "edited_offer",
    "feedback_form",
    "home_view",
    "loading_messages",
    "plan_title",
    "pointer",
    "preferences_form",
    "prompts",
    "receipt_modal",
    "sentence_message",
    "share_offer",
    "shared",
    "sql_modal",
    "status",
    "task",
]
