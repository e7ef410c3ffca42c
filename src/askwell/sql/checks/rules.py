"""The rules in their order, and the check that applies them."""

from askwell.domain.result import Finding
from askwell.sql.checks import Rule, Subject
from askwell.sql.checks.arithmetic import integer_division
from askwell.sql.checks.conditions import (
    contradiction,
    impossible_day,
    last_day_cut,
    null_comparison,
    reversed_range,
)
from askwell.sql.checks.groups import early_aggregate, nested_aggregate, ungrouped_column
from askwell.sql.checks.joined import cartesian_product, fan_out, wrong_key
from askwell.sql.checks.literals import compared_types, unknown_value, unmatched_case
from askwell.sql.checks.names import (
    ambiguous_column,
    misplaced_alias,
    nothing_read,
    unknown_column,
    unknown_table,
)

RULES: tuple[Rule, ...] = (
    unknown_table,
    unknown_column,
    ambiguous_column,
    misplaced_alias,
    early_aggregate,
    nested_aggregate,
    ungrouped_column,
    unknown_value,
    unmatched_case,
    compared_types,
    cartesian_product,
    wrong_key,
    fan_out,
    integer_division,
    null_comparison,
    contradiction,
    reversed_range,
    impossible_day,
    last_day_cut,
    nothing_read,
)


def check(subject: Subject) -> tuple[Finding, ...]:
    """Return what the rules find, in their order."""
    return tuple(dict.fromkeys(finding for rule in RULES for finding in rule(subject)))
