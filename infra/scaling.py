"""How many workers there are: as many as keep questions from waiting."""

import aws_cdk as cdk
from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs

from base import Base

_MINUTE = cdk.Duration.minutes(1)


def scale(service: ecs.FargateService, base: Base) -> None:
    """Add workers when questions wait or pile up; take one away when nothing is left to do."""
    workers = service.auto_scale_task_count(
        min_capacity=base.parameters.workers_min, max_capacity=base.parameters.workers_max
    )
    workers.scale_on_metric(
        "Age",
        metric=base.inbox.queue.metric_approximate_age_of_oldest_message(
            period=_MINUTE, statistic="Maximum"
        ),
        scaling_steps=[_add(1, lower=30), _add(3, lower=120)],
        cooldown=cdk.Duration.minutes(2),
    )
    workers.scale_on_metric(
        "Backlog",
        metric=backlog(base),
        scaling_steps=[
            scaling.ScalingInterval(change=-1, upper=0),
            _add(1, lower=20),
            _add(3, lower=100),
        ],
        evaluation_periods=5,
        datapoints_to_alarm=5,
        cooldown=cdk.Duration.minutes(5),
    )


def backlog(base: Base) -> cloudwatch.MathExpression:
    """Return the questions that wait or are being answered: at 0 nobody loses their worker."""
    queue = base.inbox.queue
    return cloudwatch.MathExpression(
        expression="waiting + answered",
        label="questions",
        period=_MINUTE,
        using_metrics={
            "waiting": queue.metric_approximate_number_of_messages_visible(statistic="Maximum"),
            "answered": queue.metric_approximate_number_of_messages_not_visible(
                statistic="Maximum"
            ),
        },
    )


def _add(count: int, *, lower: int) -> scaling.ScalingInterval:
    return scaling.ScalingInterval(change=count, lower=lower)
