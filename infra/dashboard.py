"""One page that says how askwell is."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from base import Base
from scaling import backlog

_WIDTH = 12


def dashboard(
    scope: Construct,
    base: Base,
    services: Sequence[ecs.FargateService],
    alarms: Sequence[cloudwatch.Alarm],
) -> None:
    """Show the alarms, and below them the queue, the tasks, the stores, search and the model."""
    queue, table, domain = base.inbox.queue, base.storage.table, base.domain
    age = queue.metric_approximate_age_of_oldest_message(statistic="Maximum")
    dead = base.inbox.dead.metric_approximate_number_of_messages_visible(statistic="Maximum")
    cpu = [service.metric_cpu_utilization(label=service.node.id) for service in services]
    memory = [service.metric_memory_utilization(label=service.node.id) for service in services]
    page = cloudwatch.Dashboard(scope, "Dashboard", dashboard_name=base.parameters.name)
    page.add_widgets(
        cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms), width=2 * _WIDTH)
    )
    page.add_widgets(
        _graph("Questions", backlog(base), dead), _graph("Oldest question, seconds", age)
    )
    page.add_widgets(_graph("CPU, %", *cpu), _graph("Memory, %", *memory))
    page.add_widgets(
        _graph(
            "Table: capacity used",
            table.metric_consumed_read_capacity_units(statistic="Sum"),
            table.metric_consumed_write_capacity_units(statistic="Sum"),
        ),
        _graph("Search, ms", domain.metric_search_latency(statistic="p95")),
    )
    page.add_widgets(
        _graph("Model: calls", _model(base, "Invocations"), _model(base, "InvocationThrottles")),
        _graph("Model: tokens", _model(base, "InputTokenCount"), _model(base, "OutputTokenCount")),
    )


def _graph(title: str, *lines: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(lines), width=_WIDTH)


def _model(base: Base, name: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Bedrock",
        metric_name=name,
        dimensions_map={"ModelId": base.parameters.model},
        statistic="Sum",
    )
