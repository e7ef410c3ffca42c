"""What a question demands of any SQL that answers it: periods, values, numbers, how many, order.

Only what is certain: a demand that was none would raise a false alarm on a right query. It is
read with or without metrics, from the words alone and from what recall linked them to.
"""

from collections.abc import Sequence

from askwell.domain.intent import Intent
from askwell.domain.recall import Constraint, LinkedValue
from askwell.grounding.constraints.amounts import amounts
from askwell.grounding.constraints.groups import grains, groups
from askwell.grounding.constraints.lines import prompt_lines
from askwell.grounding.constraints.periods import periods
from askwell.grounding.constraints.ranking import limits, orders
from askwell.grounding.constraints.ratios import ratios
from askwell.grounding.constraints.spoken import spoken
from askwell.grounding.constraints.values import from_intent, named_values, period_of
from askwell.grounding.read import Grounding
from askwell.language import is_function_word

__all__ = ["constraints", "prompt_lines"]


def constraints(
    question: str,
    grounding: Grounding,
    *,
    values: Sequence[LinkedValue] = (),
    intent: Intent | None = None,
) -> tuple[Constraint, ...]:
    """Return the demands of a question that stands alone, in the order of their kinds.

    `values` are what recall found in it; `intent` is its reading, where there is one.
    """
    said = spoken(question, grounding, [v.phrase for v in values if not is_function_word(v.phrase)])
    ranked = limits(said)
    named = tuple(periods(said))
    found = (
        *(named or (period_of(intent) if intent else ())),
        *named_values(said, values),
        *(from_intent(intent, grounding.catalog) if intent else ()),
        *amounts(said),
        *ranked,
        *orders(said, ranked),
        *grains(said),
        *groups(said),
        *ratios(said),
    )
    return tuple(dict.fromkeys(found))
