"""The Home tab: what can be asked, what was asked, and what one has set."""

from collections.abc import Sequence

from askwell.conversation import Entry, Repertoire
from askwell.domain.kept import KeptAnswer, Preference
from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks import actions as ids
from askwell.slack.blocks.elements import (
    Block,
    actions,
    bullets,
    button,
    context,
    header,
    joint,
    rich,
    section,
    span,
)
from askwell.slack.blocks.forms import language_menu, privacy_box
from askwell.slack.blocks.message import SlackView
from askwell.slack.blocks.safe_text import clean, cut, size
from askwell.slack.blocks.small_print import moment

_MOST_PROMPTS = 4
_MOST_PROMPT = 75  # a button says the whole question, or it is not offered
_MOST_RECENT = 5
_MOST_ENTRIES = 20
_MOST_DESCRIPTION = 150


def home_view(
    repertoire: Repertoire,
    recent: Sequence[KeptAnswer],
    preference: Preference,
    language: Language,
) -> SlackView:
    """Return the Home tab of one person; `repertoire` and `recent` are theirs alone."""
    blocks = [
        section(text("Ask me about the company's data, in a thread or right here.", language)),
        *_prompts(repertoire, language),
        *_recent(recent, language),
        *_entries(text("Numbers I know", language), repertoire.metrics, language),
        *_entries(text("Topics", language), repertoire.topics, language),
        header(text("Settings", language)),
        *actions([language_menu(preference, language), privacy_box(preference, language)]),
        *context(
            text("I am a program and can be wrong; every answer says how it was made.", language)
        ),
    ]
    return SlackView(view={"type": "home", "blocks": blocks})


def prompts(repertoire: Repertoire) -> tuple[str, ...]:
    """Return questions to try, at most four: also those that Slack suggests in a new chat."""
    tried = map(clean, repertoire.examples)
    return tuple(question for question in tried if 0 < size(question) <= _MOST_PROMPT)[
        :_MOST_PROMPTS
    ]


def _prompts(repertoire: Repertoire, language: Language) -> list[Block]:
    buttons = [button(q, f"{ids.PROMPT}_{i}", q) for i, q in enumerate(prompts(repertoire))]
    return [header(text("Try one of these", language)), *actions(buttons)] if buttons else []


def _recent(recent: Sequence[KeptAnswer], language: Language) -> list[Block]:
    """Return the newest questions, each with its answer in small and a button to ask it again."""
    shown = [block for kept in recent[:_MOST_RECENT] for block in _one_recent(kept, language)]
    return [header(text("Recent answers", language)), *shown] if shown else []


def _one_recent(kept: KeptAnswer, language: Language) -> list[Block]:
    again = button(text("Ask again", language), ids.AGAIN, kept.id)
    said = f"{moment(kept.asked, language)} · {cut(clean(kept.answer.headline), 200)}"
    return [section(cut(clean(kept.question), 300), again), *context(said)]


def _entries(title: str, entries: Sequence[Entry], language: Language) -> list[Block]:
    """Return what can be asked about, a line each; how many more there are."""
    lines = [_entry(e) for e in entries[:_MOST_ENTRIES]]
    rest = len(entries) - len(lines)
    more = context(text("… and {n} more", language, n=rest)) if rest else []
    return [header(title), rich(*bullets(lines)), *more] if lines else []


def _entry(entry: Entry) -> list[Block]:
    name = span(entry.label, bold=True, most=100)
    if not clean(entry.description):
        return [name]
    return [name, joint(" – "), span(entry.description, most=_MOST_DESCRIPTION)]
