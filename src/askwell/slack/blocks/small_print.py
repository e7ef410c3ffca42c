"""The small lines under an answer: how it was made, of which days, how fresh, who knows more."""

from datetime import datetime

from askwell.domain.answer import Answer
from askwell.domain.noun import Language
from askwell.messages import day, period, text
from askwell.slack.blocks.elements import Block, context
from askwell.slack.blocks.safe_text import clean, cut

_MOST_ASSUMPTIONS = 500
_MOST_FINDINGS = 3
_MOST_FINDING = 300
_BADGE = {"governed": "🏛️", "verified": "✅", "generated": "✨"}
_WAY = {
    "governed": "Governed: from the company's own metric definitions.",
    "verified": "Verified: from a query that the data team has checked.",
    "generated": "Generated: written by a model and checked.",
}


def way(answer: Answer) -> str:
    """Return the badge of the way to the answer, and what it means; empty where none was gone."""
    if answer.way is None:
        return ""
    return f"{_BADGE[answer.way]} {text(_WAY[answer.way], answer.language)}"


def warnings(answer: Answer) -> list[Block]:
    """Return what a check found, as warnings."""
    found = [f"⚠️ {cut(clean(f.message), _MOST_FINDING)}" for f in answer.findings]
    return [block for warning in found[:_MOST_FINDINGS] for block in context(warning)]


def small_print(answer: Answer) -> list[Block]:
    """Return the badge, and one line of days, freshness, assumptions and contact."""
    notes = cut(" ".join(map(clean, assumptions(answer))), _MOST_ASSUMPTIONS)
    parts = [days(answer), freshness(answer), notes, _owner(answer)]
    return [*context(way(answer)), *context(" · ".join(p for p in parts if p))]


def days(answer: Answer) -> str:
    """Return the days that the answer covers."""
    covered = answer.intent.period if answer.intent else None
    return period(covered.start, covered.end, answer.language) if covered else ""


def assumptions(answer: Answer) -> list[str]:
    """Return the assumptions, less the one that speaks of rows: the table says it better."""
    rows = answer.table.row_count if answer.table else 0
    cut_off = text("There are more rows; these are the first {n}.", answer.language, n=rows)
    return [a for a in answer.assumptions if a != cut_off]


def freshness(answer: Answer) -> str:
    """Return how new the data is: of several tables, the oldest."""
    known = [datetime.fromisoformat(f.loaded_at) for f in answer.freshness if f.loaded_at]
    if not known:
        return ""
    oldest = min(known, key=datetime.timestamp)
    return text("Data as of {when}", answer.language, when=moment(oldest, answer.language))


def moment(at: datetime, language: Language) -> str:
    """Return a day with its time, in the time zone that it carries."""
    return f"{day(at.date(), language)} {at:%H:%M}"


def _owner(answer: Answer) -> str:
    if not answer.owner:
        return ""
    return text("Contact: {owner}", answer.language, owner=clean(answer.owner))


def subject(answer: Answer) -> str:
    """Return what the answer is about in few words, for the titles of its chart and table."""
    return clean(answer.subject) or answer.headline
