"""Filters: values that are kept or left out, and thresholds on numbers."""

from collections.abc import Sequence
from decimal import Decimal

from askwell.domain.catalog import Catalog, Condition
from askwell.domain.noun import Label, Message, Scalar
from askwell.grounding.pieces import Piece
from askwell.grounding.roles import Roles


def include(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Keep only the rows with the values of `pieces`."""
    _filter(roles, pieces, "in")


def exclude(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Exclude the value next to the word and its neighbours of the same field; keep the rest.

    서울 카드 제외 is Seoul without cards: an exclusion never crosses to another field.
    """
    before = pieces[-1].role == "exclusion"
    values = [p for p in pieces if p.role in {"value", "conditions"}]
    nearest = values[-1] if before else values[0]
    fields = roles.senses.fields(nearest)
    other = [p for p in values if not fields & roles.senses.fields(p)]
    for piece in other:
        _filter(roles, [piece], "in")
    _filter(roles, [p for p in pieces if p not in other], "not in")


def _filter(roles: Roles, pieces: Sequence[Piece], operator: str) -> None:
    named = next((p for p in pieces if p.role == "dimension"), None)
    for piece in pieces:
        if piece.role not in {"value", "conditions"}:
            continue
        for condition in roles.senses.conditions(piece, roles, named):
            meant = _negated(condition) if operator == "not in" else condition
            _add_filter(roles, meant)
            shown = pieces if operator == "not in" or named else [piece]
            roles.note("filter", shown, describe(meant, roles.catalog))


def _negated(condition: Condition) -> Condition:
    flip = {"in": "not in", "not in": "in", ">": "<=", ">=": "<", "<": ">=", "<=": ">"}
    return condition.model_copy(update={"operator": flip.get(condition.operator, "not in")})


def _add_filter(roles: Roles, new: Condition) -> None:
    """Add a filter; a second value of the same field widens the first."""
    for i, old in enumerate(roles.filters):
        if (old.field, old.operator) == (new.field, new.operator) and new.operator in {
            "in",
            "not in",
        }:
            values = tuple(dict.fromkeys(old.values + new.values))
            roles.filters[i] = old.model_copy(update={"values": values})
            return
    roles.filters.append(new)


def describe(condition: Condition, catalog: Catalog) -> Message:
    """Say a filter in words."""
    field_label = _field_label(condition.field, catalog)
    values = [value_label(condition.field, v, catalog) for v in condition.values]
    shown = Label(ko=", ".join(v.ko for v in values), en=", ".join(v.en for v in values))
    texts = {
        "in": "{field} is {values}",
        "not in": "{field} is not {values}",
        ">=": "{field} is at least {values}",
        ">": "{field} is over {values}",
        "<=": "{field} is at most {values}",
        "<": "{field} is under {values}",
        "between": "{field} is between {values}",
        "is null": "{field} is empty",
        "is not null": "{field} is not empty",
    }
    return Message(text=texts[condition.operator], values={"field": field_label, "values": shown})


def _field_label(name: str, catalog: Catalog) -> Label:
    known = catalog.dimension_named.get(name) or catalog.metric_named.get(name)
    return or_name(known.label, name) if known else Label(ko=name, en=name)


def value_label(name: str, value: Scalar, catalog: Catalog) -> Label:
    """Return what people call a value of a dimension."""
    dimension = catalog.dimension_named.get(name)
    known = dimension.values.values if dimension and dimension.values else ()
    label = next((v.label for v in known if v.stored == value), Label())
    text = f"{value:,}" if isinstance(value, int | float | Decimal) else str(value)
    return or_name(label, text)


def or_name(label: Label, default: str) -> Label:
    """Fill a label's missing language from the other one, or from `default`."""
    return Label(ko=label.ko or label.en or default, en=label.en or label.ko or default)


def group(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Group by the dimension among `pieces`."""
    piece = next(p for p in pieces if p.role == "dimension")
    name = roles.senses.dimension(piece, roles)
    if name is None:
        return
    if name not in roles.dimensions:
        roles.dimensions.append(name)
    label = roles.catalog.dimension_named[name].label
    meaning = Message(text="for each {name}", values={"name": or_name(label, name)})
    roles.note("dimension", pieces, meaning)


def threshold(roles: Roles, pieces: Sequence[Piece]) -> None:
    """Read 10만원 이상, over 5: a filter on a number, or on the metric of a group."""
    operator = next(p.payload for p in pieces if p.role == "operator")
    numbers = [p.number for p in pieces if p.number]
    named = next((p for p in pieces if p.role in {"metric", "dimension"}), None)
    if named and named.role == "dimension" and not roles.senses.is_numeric(named):
        group(roles, [named])
        named = None
    values = tuple(_plain(n.value) for n in numbers)
    unit = next((n.unit for n in numbers if n.unit), "")
    target = roles.senses.numeric_field(unit, named, roles)
    if target is None:
        roles.left.extend(p for p in pieces if p.role in {"number", "operator"})
        return
    if operator == "between":
        values = tuple(sorted(values, key=float))
    condition = Condition.model_validate({"field": target, "operator": operator, "values": values})
    if target in roles.catalog.metric_named:
        roles.having.append(condition)
    else:
        roles.filters.append(condition)
    roles.note("filter", pieces, describe(condition, roles.catalog))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
