"""Metrics: an intent becomes SQL, compiled by MetricFlow, with sqlglot's trees over it."""

from askwell.metrics.compiler import Compiler
from askwell.metrics.periods import earlier
from askwell.metrics.verified import bind

__all__ = ["Compiler", "bind", "earlier"]
