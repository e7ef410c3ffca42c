"""MetricFlow as a compiler: metric, group-by and filter names in, a SELECT tree out."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.athena import AthenaSqlPlanRenderer
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow.sql.render.redshift import RedshiftSqlPlanRenderer
from metricflow.sql.render.sql_plan_renderer import SqlPlanRenderer
from metricflow.sql.render.trino import TrinoSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import (
    PydanticSemanticManifest,
)
from metricflow_semantic_interfaces.transformations.semantic_manifest_transformer import (
    PydanticSemanticManifestTransformer,
)
from metricflow_semantic_interfaces.type_enums import PeriodAggregation
from metricflow_semantics.errors.error_classes import MetricFlowException
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from sqlglot import exp

from askwell.domain.catalog import Grain
from askwell.errors import BadQuery, Misconfigured
from askwell.sql.parse import parse

_RENDERERS: dict[str, tuple[SqlEngine, type[SqlPlanRenderer]]] = {
    "duckdb": (SqlEngine.DUCKDB, DuckDbSqlPlanRenderer),
    "postgres": (SqlEngine.POSTGRES, PostgresSQLSqlPlanRenderer),
    "redshift": (SqlEngine.REDSHIFT, RedshiftSqlPlanRenderer),
    "athena": (SqlEngine.ATHENA, AthenaSqlPlanRenderer),
    "trino": (SqlEngine.TRINO, TrinoSqlPlanRenderer),
}

_KEPT = 1000  # compiled texts, of a few kB each


@dataclass(frozen=True, slots=True)
class _Renders:
    """Be the SqlClient that MetricFlow asks how to write SQL; it can run none."""

    sql_engine_type: SqlEngine
    sql_plan_renderer: SqlPlanRenderer

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"


class Engine:
    """Compile metric queries of one manifest. Thread-safe: one compilation at a time."""

    def __init__(self, manifest: str, dialect: str) -> None:
        self.dialect = dialect
        self.manifest = _prepared(manifest)
        self._flow = MetricFlowEngine(SemanticManifestLookup(self.manifest), _sql_client(dialect))
        self._lock = threading.Lock()
        # Values and periods are put in afterwards, so an earlier period is the same text.
        self._sql = lru_cache(maxsize=_KEPT)(self._compile)
        self._metrics = {m.name: m for m in self.manifest.metrics}

    def metric(self, name: str) -> Any:
        """Return a metric as the manifest describes it."""
        return self._metrics[name]

    def needed_grain(self, metrics: Sequence[str]) -> Grain | None:
        """Return the grain without which a metric that looks back in time means nothing."""
        for name in metrics:
            parameters = self.metric(name).type_params
            parts = [*(parameters.metrics or []), parameters.numerator, parameters.denominator]
            inputs = [part for part in parts if part]
            for part in inputs:
                if part.offset_window or part.offset_to_grain:
                    return _grain(part.offset_window, part.offset_to_grain)
            if inputs and (grain := self.needed_grain([part.name for part in inputs])):
                return grain
        return None

    def select(
        self, metrics: Sequence[str], group_by: Sequence[str], where: Sequence[str]
    ) -> exp.Select:
        """Return the SELECT; its columns bear MetricFlow's names, in any order.

        `where` are MetricFlow templates; they must hold no text that a person wrote.

        Raises:
            BadQuery: MetricFlow cannot combine these names; the message says why.
        """
        sql = self._sql(tuple(metrics), tuple(group_by), tuple(where))
        return _without_comments(parse(sql, self.dialect))

    def _compile(
        self, metrics: tuple[str, ...], group_by: tuple[str, ...], where: tuple[str, ...]
    ) -> str:
        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=group_by, where_constraints=where
        )
        try:
            with self._lock:
                sql: str = self._flow.explain(request).sql_statement.sql
        except MetricFlowException as error:
            raise BadQuery(_plain(str(error))) from error
        return sql


@lru_cache(maxsize=4)
def engine(manifest: str, dialect: str) -> Engine:
    """Return the engine of a manifest, built once and shared.

    Raises:
        Misconfigured: the manifest cannot be read, or nothing writes this dialect.
    """
    return Engine(manifest, dialect)


def _sql_client(dialect: str) -> _Renders:
    if dialect not in _RENDERERS:
        known = ", ".join(sorted(_RENDERERS))
        raise Misconfigured(f"Metrics cannot be compiled to {dialect!r}; possible are: {known}.")
    kind, renderer = _RENDERERS[dialect]
    return _Renders(kind, renderer())


def _prepared(manifest: str) -> Any:
    """Parse and settle a manifest.

    Empty time buckets are filled above MetricFlow's SQL, where the period is known: its own
    time spine join pads to the end of the spine, future included, and knows no dimensions.
    A cumulative metric shows a bucket's last day, not MetricFlow's default, the first.
    """
    try:
        parsed = PydanticSemanticManifest.parse_raw(manifest)
    except ValueError as error:
        raise Misconfigured(f"The dbt semantic manifest cannot be read: {error}") from error
    settled = PydanticSemanticManifestTransformer.transform(parsed)
    for metric in settled.metrics:
        parameters = metric.type_params
        parameters.join_to_timespine = False
        if parameters.measure:
            parameters.measure.join_to_timespine = False
        if parameters.cumulative_type_params:
            parameters.cumulative_type_params.period_agg = PeriodAggregation.LAST
    return settled


def _grain(window: Any, to_grain: Any) -> Grain:
    grain: Grain = window.granularity if window else to_grain
    return grain


def _without_comments(tree: exp.Expr) -> exp.Select:
    for node in tree.walk():
        node.pop_comments()
    if not isinstance(tree, exp.Select):
        raise BadQuery("MetricFlow wrote something other than a SELECT.")
    return tree


def _plain(message: str) -> str:
    """Return the first reason in MetricFlow's report, on one line."""
    end = r"\n\s*Issue Location|\n\s*Query Input|\Z"
    reason = re.search(rf"Message:\s*(.+?)(?:{end})", message, re.DOTALL)
    return " ".join((reason.group(1) if reason else message).split())
