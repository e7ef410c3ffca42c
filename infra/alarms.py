"""What wakes somebody up."""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as balancing
from constructs import Construct

from balancer import Balancer
from base import Base

_MINUTE, _FIVE = cdk.Duration.minutes(1), cdk.Duration.minutes(5)
_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_QUIET = cloudwatch.TreatMissingData.NOT_BREACHING

# A name, what it says to who reads it, the metric, the threshold, for how many periods.
Watched = tuple[str, str, cloudwatch.IMetric, float, int]


def watch(
    scope: Construct,
    base: Base,
    services: Sequence[ecs.FargateService],
    balancer: Balancer | None,
) -> list[cloudwatch.Alarm]:
    """Make the alarms, and mail them."""
    watched = [*_inbox(base), *_stores(base), *_search(base), *_tasks(base, services)]
    if balancer:
        watched += _requests(balancer)
    made = [_alarm(scope, _ABOVE, one) for one in watched]
    made.append(_alarm(scope, _BELOW, _disk(base)))
    for alarm in made:
        alarm.add_alarm_action(actions.SnsAction(base.alarms))
    return made


def _alarm(
    scope: Construct, comparison: cloudwatch.ComparisonOperator, watched: Watched
) -> cloudwatch.Alarm:
    name, says, metric, threshold, periods = watched
    return cloudwatch.Alarm(
        scope,
        name,
        metric=metric,
        alarm_description=says,
        threshold=threshold,
        evaluation_periods=periods,
        comparison_operator=comparison,
        treat_missing_data=_QUIET,
    )


def _inbox(base: Base) -> Iterator[Watched]:
    age = base.inbox.queue.metric_approximate_age_of_oldest_message(
        period=_MINUTE, statistic="Maximum"
    )
    yield "QuestionWaits", "A question has waited for more than two minutes.", age, 120, 5
    dead = base.inbox.dead.metric_approximate_number_of_messages_visible(
        period=_MINUTE, statistic="Maximum"
    )
    yield "DeadLetter", "Nobody could answer a question; askwell doctor shows it.", dead, 0, 1


def _stores(base: Base) -> Iterator[Watched]:
    table = base.storage.table
    throttled = cloudwatch.MathExpression(
        expression="reads + writes",
        label="throttled",
        period=_FIVE,
        using_metrics={
            "reads": table.metric("ReadThrottleEvents", statistic="Sum"),
            "writes": table.metric("WriteThrottleEvents", statistic="Sum"),
        },
    )
    yield "TableThrottled", "DynamoDB turns requests away.", throttled, 10, 2
    for name, model in (("Model", base.parameters.model), ("Fallback", base.parameters.fallback)):
        if model:
            says = f"Bedrock turns requests for {model} away."
            yield f"{name}Throttled", says, _turned_away(model), 10, 2


def _turned_away(model: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Bedrock",
        metric_name="InvocationThrottles",
        dimensions_map={"ModelId": model},
        period=_FIVE,
        statistic="Sum",
    )


def _search(base: Base) -> Iterator[Watched]:
    red = base.domain.metric_cluster_status_red(period=_MINUTE)
    yield "SearchRed", "The search domain has lost data; askwell answers from its copy.", red, 0, 1
    memory = base.domain.metric_jvm_memory_pressure(period=_FIVE)
    yield "SearchMemory", "The search domain is short of memory.", memory, 85, 3


def _disk(base: Base) -> Watched:
    free = base.domain.metric_free_storage_space(period=_FIVE)
    fifth = base.parameters.search_gib * 1024 / 5
    return "SearchDisk", "Less than a fifth of the search domain's disk is free.", free, fifth, 1


def _tasks(base: Base, services: Sequence[ecs.FargateService]) -> Iterator[Watched]:
    for service in services:
        name = service.node.id
        counts = {
            kind: cloudwatch.Metric(
                namespace="ECS/ContainerInsights",
                metric_name=metric,
                dimensions_map={
                    "ClusterName": base.cluster.cluster_name,
                    "ServiceName": service.service_name,
                },
                statistic="Average",
            )
            for kind, metric in (("wanted", "DesiredTaskCount"), ("running", "RunningTaskCount"))
        }
        lacking = cloudwatch.MathExpression(
            expression="wanted - running", label="lacking", period=_MINUTE, using_metrics=counts
        )
        yield f"{name}Unhealthy", f"{name} tasks do not stay up.", lacking, 0, 10


def _requests(balancer: Balancer) -> Iterator[Watched]:
    sick = balancer.targets.metrics.unhealthy_host_count(period=_MINUTE)
    yield "ListenerSick", "A listener does not answer the load balancer.", sick, 0, 5
    failed = balancer.load_balancer.metrics.http_code_target(
        balancing.HttpCodeTarget.TARGET_5XX_COUNT, period=_FIVE
    )
    yield "Listener5xx", "Listeners fail; Slack sends the events again.", failed, 5, 1
    unreached = balancer.load_balancer.metrics.http_code_elb(
        balancing.HttpCodeElb.ELB_5XX_COUNT, period=_FIVE
    )
    yield "Balancer5xx", "The load balancer reaches no listener.", unreached, 5, 1
