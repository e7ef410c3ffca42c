"""Read a question: pieces, one cover, roles, and then an intent with its receipt."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.intent import (
    Choice,
    Intent,
    OpenWord,
    Period,
    Reading,
    ReceiptLine,
)
from askwell.domain.noun import Language, Message
from askwell.domain.turn import Turn
from askwell.grounding.assemble import intent_of, missing_in, with_period
from askwell.grounding.follow import INHERITED, merge, readable_intent, retold
from askwell.grounding.lattice import best_cover, uncovered
from askwell.grounding.lexicon import Lexicon, Sense, build, key
from askwell.grounding.nearest import nearest
from askwell.grounding.patterns import assign
from askwell.grounding.pieces import (
    Piece,
    entities,
    misspelt,
    names,
    split_per,
    without_verified,
)
from askwell.grounding.requests import requested
from askwell.grounding.roles import Roles
from askwell.grounding.senses import Senses, replaced
from askwell.grounding.timeframes import timeframes
from askwell.grounding.verified import matched
from askwell.language import Token, Tokenizer, WordSpan, detect, function_words, numbers


class Grounding:
    """Read questions against one catalog, which is cut to what the asker may read."""

    def __init__(
        self, catalog: Catalog, clock: Clock, tokenizer: Tokenizer, language: Language = "ko"
    ) -> None:
        """Build the lexicon; `language` is for questions in neither language."""
        self.catalog = catalog
        self._language = language
        self.lexicon: Lexicon = build(catalog)
        self._clock = clock
        self._tokenizer = tokenizer

    def read(
        self, question: str, *, language: Language | None = None, previous: Turn | None = None
    ) -> Reading:
        """Return how `question` is read; `previous` is the thread's last turn, if any."""
        spoken = language or detect(question) or (previous.language if previous else self._language)
        settled = _settled(question, previous)
        base = Reading(question=question, language=spoken, standalone=settled)
        tokens = split_per(self._tokenizer.tokens(settled), self.lexicon)
        pieces = self.pieces(settled, tokens, _thread_year(previous))
        query = matched(self.catalog, settled, tokens, pieces, self._clock.today())
        if query:
            found = {"intent": query.intent, "receipt": query.receipt}
            return base.model_copy(update={**found, "assumptions": query.assumptions})
        cover = entities(best_cover(len(settled), tokens, without_verified(pieces)))
        request = requested(settled, cover, uncovered(tokens, cover))
        redraw = request == "chart" and previous is not None
        if request != "data" and not redraw:
            term = _defined(cover) if request == "definition" else None
            return base.model_copy(update={"request": request, "definition": term})
        return self._governed(base, tokens, cover, previous)

    def pieces(
        self, question: str, tokens: Sequence[Token], year: int | None = None
    ) -> list[Piece]:
        """Return every reading of every stretch of the question; they overlap.

        `year` is the one that the thread is in: "March?" after a question about 2023.
        """
        today = self._clock.today()
        times = timeframes(question, today=today, tokens=tokens, year=year)
        said = {
            t.period.start.year for t in times if t.unit == "year" and t.period and not t.relative
        }
        if len(said) == 1 and any(t.yearless for t in times):
            times = timeframes(question, today=today, tokens=tokens, year=said.pop())
        known = [
            *names(question, tokens, self.lexicon),
            *(Piece(t.start, t.end, time=t) for t in times),
            *(Piece(n.start, n.end, number=n) for n in numbers(question)),
            *(Piece(w.start, w.end, word=w) for w in self._function_words(question, tokens)),
        ]
        slips = misspelt(question, tokens, self.lexicon, known)
        return [*known, *slips]

    def _function_words(self, question: str, tokens: Sequence[Token]) -> Iterator[WordSpan]:
        """Yield function words; what a column is called by asks for no forecast."""
        for word in function_words(question, tokens):
            said = question[word.start : word.end].casefold()
            if word.role != "forecast" or said not in self._column_words:
                yield word

    @cached_property
    def _column_words(self) -> frozenset[str]:
        columns = [c for t in self.catalog.tables for c in t.columns]
        names = (name for c in columns for name in (c.name, c.label.ko, c.label.en))
        return frozenset(word for name in names for word in re.split(r"[\W_]+", name.casefold()))

    def cover(self, text: str) -> tuple[tuple[Token, ...], tuple[Piece, ...]]:
        """Return the words of any text, and the best reading of each of its stretches."""
        tokens = split_per(self._tokenizer.tokens(text), self.lexicon)
        pieces = without_verified(self.pieces(text, tokens))
        return tokens, best_cover(len(text), tokens, pieces)

    def _governed(
        self, base: Reading, tokens: Sequence[Token], cover: Sequence[Piece], previous: Turn | None
    ) -> Reading:
        question = base.standalone
        roles = self._roles(question, base.language, cover, previous)
        new = intent_of(roles)
        intent, inherited = self._with_previous(new, roles, previous)
        open_words = (*_left(roles, intent), *uncovered(tokens, cover))
        opened = tuple(self._open(question, span, base.language) for span in sorted(open_words))
        intent, notes = with_period(intent, roles, self._clock.today())
        return base.model_copy(
            update={
                "intent": intent,
                "receipt": _receipt(roles, opened),
                "open_words": opened,
                "ambiguities": tuple(roles.ambiguous),
                "missing": missing_in(intent, roles),
                "declines": any(t.future for t in roles.periods),
                "choices": self._offers(intent, question, base.language),
                "assumptions": (*_slips(cover, question), *_time_notes(roles), *notes)
                + ((INHERITED,) if inherited else ()),
                "inherited": inherited,
                "standalone": retold(intent, self.catalog, base.language)
                if inherited and intent.metrics
                else question,
                "adds": roles.also,
            }
        )

    def _roles(
        self, question: str, language: Language, cover: Sequence[Piece], previous: Turn | None
    ) -> Roles:
        """Assign roles twice: the metrics of the first pass settle the senses of the second."""
        before = readable_intent(previous, self.catalog) if previous else None
        first = Roles(question, self.catalog, Senses(self.catalog, language))
        assign(first, cover)
        metrics = first.metrics or (list(before.metrics) if before else [])
        named = any(p.role == "dimension" for p in cover)
        grouped = bool(named or first.grain or (before and before.dimensions))
        senses = Senses(self.catalog, language, metrics, grouped=grouped)
        return assign(Roles(question, self.catalog, senses), cover)

    def _with_previous(
        self, new: Intent, roles: Roles, previous: Turn | None
    ) -> tuple[Intent, bool]:
        before = readable_intent(previous, self.catalog) if previous else None
        stands_alone = new.metrics and new.period and not roles.also
        if before is None or stands_alone or (before.verified and new.metrics):
            return new, False
        if before.verified:
            return _verified_again(before, new), True
        return merge(before, new, roles), True

    def _open(self, question: str, span: tuple[int, int], language: Language) -> OpenWord:
        start, end = span
        phrase = question[start:end].strip()
        offers = tuple(
            _choice(question, start, end, sense, language)
            for sense in nearest(key(phrase), self.lexicon)
        )
        return OpenWord(phrase=phrase, nearest=offers)

    def _offers(self, intent: Intent, question: str, language: Language) -> tuple[Choice, ...]:
        """Offer a few metrics where a question names none: those that its words can divide.

        What is chosen is asked with all that the question said.
        """
        if intent.metrics or intent.verified:
            return ()
        said = {*intent.dimensions, *(f.field for f in intent.filters)}
        metrics = [m for m in self.catalog.metrics if said <= {*m.dimensions}]
        return tuple(
            Choice(label=m.label, question=f"{m.label.text(language, m.name)} {question}")
            for m in (metrics or self.catalog.metrics)[:3]
        )


def _thread_year(previous: Turn | None) -> int | None:
    """Return the year that the previous question lay in, if it was one."""
    period = previous.intent.period if previous and previous.intent else None
    return period.start.year if period and period.start.year == period.end.year else None


def _choice(question: str, start: int, end: int, sense: Sense, language: Language) -> Choice:
    text = sense.label.text(language, sense.name)
    return Choice(label=sense.label, question=replaced(question, start, end, text))


def _settled(question: str, previous: Turn | None) -> str:
    """Return the question that a typed reply to a clarification stands for."""
    pending = previous.pending if previous else None
    if pending is None or previous is None:
        return question
    reply = key(re.sub(r"(번|요|이요|으로|로|입니다|이에요|예요|[.!?~])+$", "", question.strip()))
    for number, choice in enumerate(pending.choices, 1):
        if reply in {str(number), key(choice.label.ko), key(choice.label.en)} - {""}:
            return choice.question
    return question


def _left(roles: Roles, intent: Intent) -> list[tuple[int, int]]:
    """Return what no pattern took, and tables that the answer would not read."""
    read = _tables_read(intent, roles.catalog)
    foreign = [p for p in roles.tables if not read & {s.name for s in p.senses}]
    return [(p.start, p.end) for p in (*roles.left, *foreign)]


def _tables_read(intent: Intent, catalog: Catalog) -> set[str]:
    fields = (*intent.dimensions, *(f.field for f in intent.filters))
    reads = [catalog.metric_named[m].reads for m in intent.metrics]
    reads += [catalog.dimension_named[f].reads for f in fields if f in catalog.dimension_named]
    return {ref.table for refs in reads for ref in refs}


def _receipt(roles: Roles, opened: Sequence[OpenWord]) -> tuple[ReceiptLine, ...]:
    lost = [
        ReceiptLine(
            phrase=word.phrase,
            role="not_understood",
            meaning=Message(text="not understood"),
            start=(at := max(roles.question.find(word.phrase), 0)),
            end=at + len(word.phrase),
        )
        for word in opened
    ]
    return tuple(sorted([*roles.lines, *lost], key=lambda line: line.start))


def _slips(cover: Sequence[Piece], question: str) -> tuple[Message, ...]:
    return tuple(
        Message(
            text="I read “{typed}” as “{name}”.",
            values={"typed": p.text(question), "name": p.senses[0].label},
        )
        for p in cover
        if p.misspelt
    )


def _time_notes(roles: Roles) -> tuple[Message, ...]:
    notes: list[Message] = []
    for note in (note for t in roles.periods for note in t.notes):
        if note not in notes:
            notes.append(note)
    return tuple(notes)


def _verified_again(before: Intent, new: Intent) -> Intent:
    """Ask a verified query again for another period."""
    arguments = tuple(
        a.model_copy(update={"value": new.period})
        if isinstance(a.value, Period) and new.period
        else a
        for a in before.arguments
    )
    return before.model_copy(update={"arguments": arguments, "chart": new.chart or before.chart})


def _defined(cover: Sequence[Piece]) -> str | None:
    return next((s.name for p in cover for s in p.senses if s.kind != "company"), None)
