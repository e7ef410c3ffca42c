"""What somebody can ask about: metrics and topics that they may read, and questions to try."""

from collections.abc import Iterable

from askwell.agent.reply import examples
from askwell.agent.state import Context
from askwell.conversation.doors import Doors
from askwell.domain.catalog import Catalog
from askwell.domain.noun import Label, Language, Noun
from askwell.domain.rights import Asker
from askwell.language import detect

_MOST_VERIFIED = 3


class Entry(Noun):
    """Be a metric, or a table as a topic, as people call it."""

    name: str
    label: str
    description: str = ""


class Repertoire(Noun):
    """Hold what one person can ask about, in their language."""

    metrics: tuple[Entry, ...] = ()
    topics: tuple[Entry, ...] = ()
    examples: tuple[str, ...] = ()


async def catalogue(doors: Doors, asker: Asker, language: Language) -> Repertoire:
    """Return what this person can ask about; nothing, where they may read nothing."""
    context = await doors.context_of(asker)
    catalog = context.catalog
    tried = (*examples(catalog, language), *_verified(catalog, language))
    return Repertoire(
        metrics=tuple(_entry(m.name, m.label, m.description, language) for m in catalog.metrics),
        topics=tuple(_topics(catalog, language)),
        examples=tuple(question for question in tried if _is_understood(question, context)),
    )


def _entry(name: str, label: Label, description: str, language: Language) -> Entry:
    return Entry(name=name, label=label.text(language, name), description=description)


def _topics(catalog: Catalog, language: Language) -> Iterable[Entry]:
    """Yield the tables that have a name for people: one without is of technical use."""
    for table in catalog.tables:
        if table.columns and table.label.text(language):
            yield _entry(table.name, table.label, table.description, language)


def _verified(catalog: Catalog, language: Language) -> list[str]:
    """Return a question of each of the first verified queries, in the language that is spoken."""
    spoken = ((q for q in v.questions if detect(q) == language) for v in catalog.verified)
    return [first for one in spoken if (first := next(one, None))][:_MOST_VERIFIED]


def _is_understood(question: str, context: Context) -> bool:
    reading = context.grounding.read(question)
    is_open = reading.open_words or reading.ambiguities or reading.missing
    return reading.request == "data" and reading.intent is not None and not is_open
