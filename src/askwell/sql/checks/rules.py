"""The rules in their order, and the check that applies them."""

from askwell.domain.result import Finding
from askwell.sql.checks import Rule, Subject
from askwell.sql.checks.arithmetic import integer_division, no_time, summed_key
from askwell.sql.checks.conditions import (
    contradiction,
    impossible_day,
    last_day_cut,
    null_comparison,
    reversed_range,
)
from askwell.sql.checks.groups import early_aggregate, nested_aggregate, ungrouped_column
from askwell.sql.checks.joined import cartesian_product, fan_out
from askwell.sql.checks.keyed import loose_join, mismatched_columns, nothing_in_common, wrong_key
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
    mismatched_columns,
    wrong_key,
    nothing_in_common,
    loose_join,
    fan_out,
    integer_division,
    summed_key,
    no_time,
    null_comparison,
    contradiction,
    reversed_range,
    impossible_day,
    last_day_cut,
    nothing_read,
)


def check(subject: Subject) -> tuple[Finding, ...]:
    """Return what the rules find, in their order; what is wrong in many places, at the first."""
    first: dict[tuple[str, str, str], Finding] = {}
    for rule in RULES:
        for finding in rule(subject):
            first.setdefault((finding.rule, finding.message, finding.hint), finding)
    return tuple(first.values())
