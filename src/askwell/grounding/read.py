"""Read a question: pieces, one cover, roles, and then an intent with its receipt."""

import re
from collections.abc import Sequence
from datetime import date

from askwell.domain.catalog import Catalog
from askwell.domain.clock import Clock
from askwell.domain.intent import (
    Choice,
    Comparison,
    Intent,
    OpenWord,
    Period,
    Reading,
    ReceiptLine,
)
from askwell.domain.noun import Language, Message
from askwell.domain.turn import Turn
from askwell.grounding import defaults
from askwell.grounding.follow import INHERITED, merge, readable_intent
from askwell.grounding.lattice import best_cover, uncovered
from askwell.grounding.lexicon import Lexicon, Sense, build, key
from askwell.grounding.nearest import nearest
from askwell.grounding.pieces import (
    Piece,
    entities,
    misspelt,
    names,
    split_per,
    without_verified,
)
from askwell.grounding.requests import requested
from askwell.grounding.roles import Roles, assign, ordered
from askwell.grounding.senses import Senses, naming_dimensions, replaced
from askwell.grounding.timeframes import TimeSpan, timeframes
from askwell.grounding.verified import matched
from askwell.language import Token, Tokenizer, detect, function_words, numbers


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
        said = {t.period.start.year for t in times if t.unit == "year" and t.period}
        if len(said) == 1 and any(t.yearless for t in times):
            times = timeframes(question, today=today, tokens=tokens, year=said.pop())
        known = [
            *names(question, tokens, self.lexicon),
            *(Piece(t.start, t.end, time=t) for t in times),
            *(Piece(n.start, n.end, number=n) for n in numbers(question)),
            *(Piece(w.start, w.end, word=w) for w in function_words(question, tokens)),
        ]
        slips = misspelt(question, tokens, self.lexicon, known)
        return [*known, *slips]

    def _governed(
        self, base: Reading, tokens: Sequence[Token], cover: Sequence[Piece], previous: Turn | None
    ) -> Reading:
        question = base.standalone
        roles = self._roles(question, base.language, cover, previous)
        new = _intent(roles)
        intent, inherited = self._with_previous(new, roles, previous)
        open_words = (*_left(roles, intent), *uncovered(tokens, cover))
        opened = tuple(self._open(question, span, base.language) for span in sorted(open_words))
        intent, notes = _completed(intent, roles, self._clock.today())
        return base.model_copy(
            update={
                "intent": intent,
                "receipt": _receipt(roles, opened),
                "open_words": opened,
                "ambiguities": tuple(roles.ambiguous),
                "missing": _missing(intent, roles),
                "declines": any(t.future for t in roles.periods),
                "choices": self._offers(intent, base.language),
                "assumptions": (*_slips(cover, question), *_time_notes(roles), *notes)
                + ((INHERITED,) if inherited else ()),
                "inherited": inherited,
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

    def _offers(self, intent: Intent, language: Language) -> tuple[Choice, ...]:
        """Offer the first few metrics where a question names none."""
        if intent.metrics or intent.verified:
            return ()
        return tuple(
            Choice(label=m.label, question=m.label.text(language, m.name))
            for m in self.catalog.metrics[:3]
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


def _intent(roles: Roles) -> Intent:
    periods = sorted((t for t in _placed(roles.periods) if t.period), key=lambda t: t.period.end)  # type: ignore[union-attr]
    main = periods[-1].period if periods else None
    comparison = _against(periods) or roles.comparison or _changed(roles)
    grain = roles.grain or defaults.implied_grain(
        comparison, roles.comparison_unit, (periods[-1].unit if periods else None) or ""
    )
    if comparison and not grain and periods:
        comparison = _like_for_like(comparison, roles.comparison_unit, periods[-1])
    if roles.trend and not grain:
        grain = defaults.trend_grain(main)
    return Intent.model_validate(
        {
            "metrics": tuple(roles.metrics),
            "dimensions": tuple(_dimensions(roles)),
            "filters": tuple(roles.filters),
            "having": tuple(roles.having),
            "period": main,
            "grain": grain,
            "business_days": roles.business_days,
            "comparison": comparison,
            "share": roles.share and not roles.change,
            "cumulative": roles.cumulative,
            "order": ordered(roles),
            "limit": roles.limit,
            "chart": roles.chart,
        }
    )


def _placed(periods: Sequence[TimeSpan]) -> list[TimeSpan]:
    """Drop a year that only says when a holiday or month was: 설 연휴 결제 건수 2025."""
    within = [t.period for t in periods if t.yearless and t.period]
    return [
        t
        for t in periods
        if not (
            t.unit == "year"
            and t.period
            and any(t.period.start <= p.start and p.end <= t.period.end for p in within)
        )
    ]


def _like_for_like(comparison: Comparison, unit: str, span: TimeSpan) -> Comparison:
    """Compare an unfinished unit with the same days of the one before; a day with a week before."""
    coarser = unit not in ("", span.unit) and span.unit == "day"
    if comparison.to != "previous" or span.period is None or not (span.partial or coarser):
        return comparison
    against = defaults.unit_before(span.period, unit if coarser else span.unit or "")
    return Comparison(to="period", against=against) if against else comparison


def _dimensions(roles: Roles) -> list[str]:
    """Group by what is named, and by the field whose values are compared."""
    compared = [
        f.field
        for f in roles.filters
        if f.operator == "in" and len(f.values) > 1 and (roles.side_by_side or roles.change)
        if f.field not in roles.dimensions
    ]
    return [*roles.dimensions, *dict.fromkeys(compared), *_named_rows(roles)]


def _named_rows(roles: Roles) -> list[str]:
    """Group by the names of a table's rows where a few of them are wanted: top 3 stores."""
    if not roles.limit or roles.dimensions or roles.grain:
        return []
    tables = {s.name for p in roles.tables for s in p.senses}
    found = [d for t in tables for d in naming_dimensions(t, roles.catalog, roles.metrics)]
    return found[:1]


def _against(periods: Sequence[TimeSpan]) -> Comparison | None:
    """Compare two named periods: the later with the earlier."""
    if len(periods) != 2 or periods[0].period == periods[1].period:
        return None
    before, main = periods[0].period, periods[1].period
    if periods[1].partial and periods[0].unit == periods[1].unit and before and main:
        before = Period(
            start=before.start, end=min(before.end, before.start + (main.end - main.start))
        )
    return Comparison(to="period", against=before)


def _changed(roles: Roles) -> Comparison | None:
    """Read 늘었어, grew as a comparison with the time before, unless values are compared."""
    compared = any(f.operator == "in" and len(f.values) > 1 for f in roles.filters)
    return Comparison(to="previous") if roles.change and not compared else None


def _completed(intent: Intent, roles: Roles, today: date) -> tuple[Intent, tuple[Message, ...]]:
    """Fill the period in where none was named, and say so."""
    if intent.verified or intent.period or not intent.metrics:
        return intent, ()
    if roles.all_time or _all_time_metric(intent, roles):
        return intent, (Message(text="No period was named, so this is everything to yesterday."),)
    if intent.comparison and roles.comparison_unit and not intent.grain:
        period: Period | None = defaults.compared_period(roles.comparison_unit, today)
    else:
        period = defaults.default_period(intent.grain, today)
    if period is None:
        return intent, (Message(text="No period was named, so this is everything to yesterday."),)
    note = Message(
        text="No period was named, so this is {start} to {end}.",
        values={"start": period.start, "end": period.end},
    )
    return intent.model_copy(update={"period": period}), (note,)


def _all_time_metric(intent: Intent, roles: Roles) -> bool:
    """Tell that a running total to date is asked: it has no 30 days."""
    types = {roles.catalog.metric_named[m].type for m in intent.metrics}
    return intent.grain is None and types == {"cumulative"}


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


def _missing(intent: Intent, roles: Roles) -> Message | None:
    if not intent.metrics and not intent.verified and not roles.ambiguous:
        return Message(text="Which number do you mean?")
    if any(t.future for t in roles.periods):
        return Message(text="That time has not come yet, and I do not forecast.")
    if roles.impossible:
        return roles.impossible[0]
    odd = _odd(intent, roles)
    if odd:
        return odd
    if len(roles.periods) > 2:
        return Message(text="I can compare two periods at a time.")
    return None


def _odd(intent: Intent, roles: Roles) -> Message | None:
    """Return what is asked back where a question fits together in no one way."""
    groups = len(intent.dimensions)
    if intent.limit and not groups and not intent.grain:
        return Message(text="The most or least of what? Name what to rank, such as a region.")
    if intent.limit and groups > 1:
        return Message(text="I can rank one kind of thing at a time.")
    if roles.limit and roles.change and not intent.grain:
        return Message(text="I cannot rank by growth yet. I can show the change for each group.")
    if roles.grain and roles.periods and _coarser(roles.grain, roles.periods[-1].unit):
        return Message(text="That time is shorter than the steps it is to be split into.")
    if len(roles.metrics) > 1 and (len(roles.periods) > 1 or _alternating(roles)):
        return Message(text="Those are two questions. Please ask one at a time.")
    compared = roles.comparison or len(roles.periods) > 1 or _several_values(intent)
    if roles.against and not compared:
        return Message(text="Compared with what? Name both times, or both values.")
    return None


def _coarser(grain: str, unit: str | None) -> bool:
    order = ["day", "week", "month", "quarter", "half", "year"]
    return unit in order and order.index(grain) > order.index(unit)


def _alternating(roles: Roles) -> bool:
    """Tell that each metric has a value of its own: 서울 거래액과 부산 결제 건수."""
    order = sorted(roles.lines, key=lambda line: line.start)
    letters = "".join(line.role[0] for line in order if line.role in ("metric", "filter"))
    return bool(re.search("fm+f+m|mf+m+f", letters))


def _several_values(intent: Intent) -> bool:
    several = any(f.operator == "in" and len(f.values) > 1 for f in intent.filters)
    return several or bool(intent.dimensions or len(intent.metrics) > 1)


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
