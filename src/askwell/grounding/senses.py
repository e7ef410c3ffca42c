"""Which of several senses a name has here: by its neighbours, its unit, what can be reached."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from askwell.domain.catalog import Catalog, Condition, Metric, ValueSet
from askwell.domain.intent import Ambiguity, Choice
from askwell.domain.noun import Label, Language
from askwell.grounding.lexicon import Sense, key
from askwell.grounding.pieces import Piece

if TYPE_CHECKING:
    from askwell.grounding.roles import Roles

_NUMERIC = (
    *("int", "bigint", "smallint", "tinyint", "hugeint"),
    *("decimal", "double", "float", "numeric", "real"),
)


class Senses:
    """Choose senses against one catalog; what stays open is asked as an ambiguity."""

    def __init__(
        self,
        catalog: Catalog,
        language: Language,
        metrics: Sequence[str] = (),
        *,
        grouped: bool = False,
    ) -> None:
        self.catalog = catalog
        self.language = language
        self.metrics = tuple(metrics)
        self.grouped = grouped

    def metric(self, piece: Piece, roles: "Roles") -> str | None:
        """Return the metric that `piece` names; None where it must be asked."""
        senses = [s for s in piece.senses if s.kind == "metric"]
        senses = self._narrow(senses, _unit_asked(roles.question), self._has_unit)
        return self._only(piece, senses, roles)

    def _has_unit(self, sense: Sense, unit: object) -> bool:
        return self.catalog.metric_named[sense.name].unit == unit

    def dimension(self, piece: Piece, roles: "Roles") -> str | None:
        """Return the dimension that `piece` names, among those the metrics can reach."""
        senses = [s for s in piece.senses if s.kind == "dimension"]
        return self._only(piece, self._reachable(senses), roles)

    def conditions(
        self, piece: Piece, roles: "Roles", named: Piece | None
    ) -> tuple[Condition, ...]:
        """Return the filters that a value stands for; none where it must be asked."""
        if piece.role == "conditions":
            return next(s.conditions for s in piece.senses if s.kind == "conditions")
        senses = [s for s in piece.senses if s.kind == "value"]
        if named:
            senses = self._values_of(piece, named, roles.question)
            if not senses:
                roles.left.append(piece)
                return ()
        reached = self._reachable(senses)
        if self._only(piece, reached, roles) is None:
            return ()
        values = tuple(s.value for s in reached if s.name == reached[0].name)
        return (Condition(field=reached[0].name, operator="in", values=values),)

    def _values_of(self, piece: Piece, named: Piece, question: str) -> list[Sense]:
        """Return the values of the named dimension that the piece's words are, or begin."""
        names = {s.name for s in named.senses if s.kind == "dimension"}
        own = [s for s in piece.senses if s.kind == "value" and s.name in names]
        typed = key(piece.text(question))
        return own or [
            Sense("value", name, Label(ko=v.label.ko, en=v.label.en), v.stored)
            for name in sorted(names)
            for v in (self.catalog.dimension_named[name].values or ValueSet()).values
            if typed in {key(v.label.ko.split(" ")[0]), key(v.label.en.split(" ")[0])}
        ]

    def fields(self, piece: Piece) -> set[str]:
        """Return the fields that the senses of a value restrict."""
        named = {s.name for s in piece.senses if s.kind == "value"}
        return named | {c.field for s in piece.senses for c in s.conditions}

    def numeric_field(self, unit: str, named: Piece | None, roles: "Roles") -> str | None:
        """Return the numeric dimension, or the grouped metric, that a threshold is about."""
        if named and named.role == "dimension":
            return self.dimension(named, roles)
        if named and named.role == "metric":
            metric = self.metric(named, roles)
            if metric and self.grouped and self._unit_fits(metric, unit):
                return metric
        return self._grouped_metric(unit, roles) or self._amount(unit)

    def is_numeric(self, piece: Piece) -> bool:
        """Tell whether a dimension that `piece` names holds numbers."""
        names = [s.name for s in piece.senses if s.kind == "dimension"]
        return any(self._holds_numbers(n) for n in names)

    def _holds_numbers(self, name: str) -> bool:
        return self.catalog.dimension_named[name].column_type.startswith(_NUMERIC)

    def _amount(self, unit: str) -> str | None:
        """Return the only numeric dimension of a unit that the metrics reach."""
        metrics = [self.catalog.metric_named[m] for m in self.metrics]
        fields = [
            d.name
            for d in self.catalog.dimensions
            if d.unit in (unit, "") and d.type == "categorical" and self._holds_numbers(d.name)
            if metrics and _reached(d.name, metrics)
        ]
        exact = [f for f in fields if self.catalog.dimension_named[f].unit == unit] or fields
        return exact[0] if len(exact) == 1 else None

    def _grouped_metric(self, unit: str, roles: "Roles") -> str | None:
        """Return the metric that a threshold without a name is about: "more than 2M won of …"."""
        fitting = [m for m in self.metrics if self._unit_fits(m, unit)]
        return fitting[0] if len(fitting) == 1 and self.grouped else None

    def _unit_fits(self, metric: str, unit: str) -> bool:
        own = self.catalog.metric_named[metric].unit
        return unit in ("", own) or (unit, own) == ("count", "people")

    def _reachable(self, senses: Sequence[Sense]) -> list[Sense]:
        """Keep the dimensions that every metric of the question can reach, if any can."""
        metrics = [self.catalog.metric_named[m] for m in self.metrics]
        kept = [s for s in senses if _reached(s.name, metrics)]
        return kept or list(senses)

    @staticmethod
    def _narrow(
        senses: list[Sense], wanted: object, fits: Callable[[Sense, object], bool]
    ) -> list[Sense]:
        kept = [s for s in senses if wanted and fits(s, wanted)]
        return kept or senses

    def _only(self, piece: Piece, senses: Sequence[Sense], roles: "Roles") -> str | None:
        names = list(dict.fromkeys(s.name for s in senses))
        if len(names) == 1:
            return names[0]
        if names:
            roles.ambiguous.append(self._ask(piece, senses, roles.question))
        return None

    def _ask(self, piece: Piece, senses: Iterable[Sense], question: str) -> Ambiguity:
        choices = {s.name: s for s in senses}.values()
        return Ambiguity(
            phrase=piece.text(question),
            choices=tuple(
                Choice(label=label, question=replaced(question, piece.start, piece.end, text))
                for label, text in (self._told_apart(s) for s in choices)
            ),
        )

    def _told_apart(self, sense: Sense) -> tuple[Label, str]:
        """Return a label that tells a sense from its rivals, and words that mean only it."""
        if sense.kind != "value":
            return sense.label, sense.label.text(self.language, sense.name)
        field = self.catalog.dimension_named[sense.name].label
        label = Label(
            ko=f"{field.text('ko', sense.name)} {sense.label.ko}",
            en=f"{field.text('en', sense.name)} {sense.label.en}",
        )
        return label, label.text(self.language)


def naming_dimensions(table: str, catalog: Catalog, metrics: Sequence[str]) -> list[str]:
    """Return the dimensions that name the rows of a table and that the metrics reach."""
    known = [catalog.metric_named[m] for m in metrics]
    return [
        d.name
        for d in catalog.dimensions
        if d.reads and d.reads[0].table == table and d.reads[0].column.endswith("name")
        if _reached(d.name, known)
    ]


def replaced(question: str, start: int, end: int, text: str) -> str:
    """Return the question with `start`..`end` replaced by `text`."""
    return f"{question[:start]}{text}{question[end:]}"


def _reached(name: str, metrics: Iterable[Metric]) -> bool:
    return all(name in m.dimensions for m in metrics)


_UNIT_WORDS = (
    ("people", ("몇 명", "몇명", "how many people", "how many users")),
    ("count", ("몇 건", "몇건", "몇 번", "몇번", "몇 회", "how many", "number of")),
    ("KRW", ("얼마", "how much", "amount of")),
)


def _unit_asked(question: str) -> str | None:
    """Return the unit that an interrogative asks for: 몇 명, 몇 건, 얼마.

    >>> _unit_asked("결제가 몇 건이야?")
    'count'
    """
    lower = question.lower()
    return next((u for u, words in _UNIT_WORDS if any(w in lower for w in words)), None)
