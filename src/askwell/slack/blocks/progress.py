"""What is said while an answer is on its way; it names nothing of the data by itself."""

from typing import Any, Literal

from askwell.conversation.steps import StepName
from askwell.domain.noun import Language
from askwell.messages import text
from askwell.slack.blocks.safe_text import clean, cut

Status = Literal["pending", "in_progress", "complete", "error"]

_MOST_DETAIL = 256  # Slack's limit for a task's details
_MOST_WAITING = 50  # for each loading message
_TITLES = {
    "understood": "Read the question",
    "drafted": "Prepare the query",
    "checked": "Check the query",
    "ran": "Look it up in the data",
}
_WAITING = (
    "Reading the question …",
    "Looking for the right numbers …",
    "Checking twice …",
    "Almost there …",
)


def status(language: Language) -> str:
    """Return the status that stands in the thread at once."""
    return text("is looking into it …", language)


def loading_messages(language: Language) -> tuple[str, ...]:
    """Return what the status changes between; at most ten, of 50 characters each."""
    return tuple(cut(text(waiting, language), _MOST_WAITING) for waiting in _WAITING)


def task(step: StepName, state: Status, language: Language, detail: str = "") -> dict[str, Any]:
    """Return a step as a chunk of a stream.

    Give `detail` only once the audience is known: it names what was asked for.
    """
    shown = cut(clean(detail), _MOST_DETAIL)
    return {
        "type": "task_update",
        "id": step,
        "title": text(_TITLES[step], language),
        "status": state,
        **({"details": shown} if shown else {}),
    }


def plan_title(language: Language) -> dict[str, Any]:
    """Return the title over the steps, as a chunk of a stream."""
    return {"type": "plan_update", "title": text("Working on it", language)}
