"""What the data team has written down that helps with one question: a few plain sentences."""

from collections.abc import Callable, Iterator, Sequence

from askwell.domain.catalog import Catalog
from askwell.domain.noun import Label, Language
from askwell.domain.recall import Example
from askwell.knowledge.examples import example
from askwell.language.lines import one_line
from askwell.language.prompt_tokens import prompt_tokens
from askwell.search import Hit, Kind

KINDS: tuple[Kind, ...] = ("metric", "term", "context", "verified")
_MOST_NOTES = 6
_NOTE_LETTERS = 400
# Business context as short as this goes whole and unranked, so that prompts start alike.
_SHORT_CONTEXT = 300
_RULE = 24
_MOST_EXAMPLES = 2
_EXAMPLE_TOKENS = 400
# An example that shares few words with the question misleads more than it helps.
_NEAR = 0.5


def notes(
    catalog: Catalog, hits: Sequence[Hit], language: Language, concerns: Callable[[str], bool]
) -> tuple[str, ...]:
    """Return business context, and metrics and terms that share words with the question.

    A long piece of context only if it `concerns` the question: a small model takes whatever
    is said for an order. A short rule may be about any question.
    """
    contexts = {
        name: text
        for name, text in _contexts(catalog, language)
        if prompt_tokens(text) <= _RULE or concerns(text)
    }
    told = contexts | dict(_defined(catalog, language))
    short = prompt_tokens("\n".join(contexts.values())) <= _SHORT_CONTEXT
    general = list(contexts.values()) if short else []
    ranked = (told.get(hit.document.id, "") for hit in hits if hit.words > 0)
    fitting = [text for text in ranked if text and text not in general]
    return (*general, *fitting[:_MOST_NOTES])


def _contexts(catalog: Catalog, language: Language) -> Iterator[tuple[str, str]]:
    for context in catalog.contexts:
        title, text = context.title.text(language), context.text.text(language)
        days = f" ({context.start} to {context.end})" if context.start and context.end else ""
        yield f"context:{context.name}", _sentence(title + days, text)


def _defined(catalog: Catalog, language: Language) -> Iterator[tuple[str, str]]:
    for metric in catalog.metrics:
        if metric.description:
            name = _both(metric.label) or metric.name
            yield f"metric:{metric.name}", _sentence(name, metric.description)
    for term in catalog.terms:
        if text := term.definition.text(language):
            yield f"term:{term.name}", _sentence(_both(term.label) or term.name, text)


def _both(label: Label) -> str:
    return " / ".join(t for t in (label.ko, label.en) if t)


def _sentence(title: str, text: str) -> str:
    return one_line(f"{title}: {text}" if title else text, _NOTE_LETTERS)


def examples(catalog: Catalog, hits: Sequence[Hit], language: Language) -> tuple[Example, ...]:
    """Return the nearest verified queries whose SQL is short enough to be read with profit."""
    found: list[Example] = []
    left = _EXAMPLE_TOKENS
    near = max((hit.words for hit in hits), default=0.0) * _NEAR
    for hit in hits:
        query = catalog.verified_named.get(hit.document.id.removeprefix("verified:"))
        if hit.document.kind == "verified" and query and hit.words > near:
            known = example(query, language, catalog.dialect)
            if known and (cost := prompt_tokens(known.sql)) <= left:
                left -= cost
                found.append(known)
    return tuple(found[:_MOST_EXAMPLES])
