"""What the pieces of a question ask for, collected while the patterns go over them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from askwell.domain.catalog import Catalog, Condition
from askwell.domain.intent import Ambiguity, ChartWish, Comparison, Order, ReceiptLine, Role
from askwell.domain.noun import Message
from askwell.grounding.pieces import Piece
from askwell.grounding.senses import Senses
from askwell.grounding.timeframes import TimeSpan


@dataclass
class Roles:
    """Collect what the pieces ask for, while the patterns go over them."""

    question: str
    catalog: Catalog
    senses: Senses
    metrics: list[str] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    filters: list[Condition] = field(default_factory=list)
    having: list[Condition] = field(default_factory=list)
    periods: list[TimeSpan] = field(default_factory=list)
    grain: str | None = None
    business_days: bool = False
    comparison: Comparison | None = None
    comparison_unit: str = ""
    share: bool = False
    cumulative: bool = False
    descending: bool | None = None
    by_time: bool = False
    limit: int | None = None
    extreme: bool = False
    chart: ChartWish | None = None
    trend: bool = False
    all_time: bool = False
    also: bool = False
    side_by_side: bool = False
    change: bool = False
    impossible: list[Message] = field(default_factory=list)
    lines: list[ReceiptLine] = field(default_factory=list)
    tables: list[Piece] = field(default_factory=list)
    against: list[Piece] = field(default_factory=list)
    left: list[Piece] = field(default_factory=list)
    ambiguous: list[Ambiguity] = field(default_factory=list)

    def note(self, role: Role, pieces: Sequence[Piece], meaning: Message) -> None:
        """Add a receipt line for the stretch from the first to the last of `pieces`."""
        start, end = pieces[0].start, pieces[-1].end
        self.lines.append(
            ReceiptLine(
                phrase=self.question[start:end].strip(),
                role=role,
                meaning=meaning,
                start=start,
                end=end,
            )
        )


def ordered(roles: Roles) -> Order | None:
    """Return the order that the roles ask for, or None."""
    if roles.descending is None:
        return None
    if roles.by_time or (roles.grain and not roles.dimensions and not roles.limit):
        return Order(by="time", descending=roles.descending)
    if roles.metrics:
        return Order(by=roles.metrics[0], descending=roles.descending)
    return None
