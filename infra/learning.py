"""The stack that learns: a task on a schedule, and by hand after a change of what is known."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from base import Base
from held_secrets import WAREHOUSE_URL
from tasks import LARGE, retrieval, task

_SUBNETS = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)


class Learning(cdk.Stack):
    """Hold the task that learns from the warehouse and from the company's files."""

    def __init__(self, scope: Construct, base: Base, **options: Any) -> None:
        super().__init__(scope, f"{base.parameters.name}-learn", **options)
        self.task = task(
            self,
            "Learner",
            base,
            role=base.roles.learner,
            command=["learn"],
            secrets=[WAREHOUSE_URL],
            settings=retrieval(base.parameters, base),
            size=LARGE,
            is_service=False,
        )
        events.Rule(
            self,
            "Nightly",
            description="askwell learns anew",
            schedule=events.Schedule.expression(f"cron({base.parameters.learn_cron})"),
            targets=[
                targets.EcsTask(
                    cluster=self._cluster(base),
                    task_definition=self.task,
                    subnet_selection=_SUBNETS,
                    security_groups=[base.network.learner],
                    retry_attempts=2,
                )
            ],
        )

        self._told(base)

    def _told(self, base: Base) -> None:
        """Mail when a task that learns ends with an error, or never comes to run."""
        # By its ARN, for else CDK lets events of every account in.
        topic = sns.Topic.from_topic_arn(self, "Alarms", base.alarms.topic_arn)
        failed = [
            {"containers": {"exitCode": [{"anything-but": 0}]}},
            {"containers": {"exitCode": [{"exists": False}]}},
        ]
        events.Rule(
            self,
            "LearnFailed",
            description="askwell did not learn",
            event_pattern=events.EventPattern(
                source=["aws.ecs"],
                detail_type=["ECS Task State Change"],
                detail={
                    "group": [f"family:{self.task.family}"],
                    "lastStatus": ["STOPPED"],
                    "$or": failed,
                },
            ),
            targets=[
                targets.SnsTopic(
                    topic,
                    message=events.RuleTargetInput.from_text(
                        "askwell did not learn; it answers from what it knew before."
                        f" {events.EventField.from_path('$.detail.stoppedReason')}"
                    ),
                )
            ],
        )

    def _cluster(self, base: Base) -> ecs.ICluster:
        """Return the cluster by its plain name, so that the policy of the rule can name it."""
        return ecs.Cluster.from_cluster_attributes(
            self, "Cluster", cluster_name=base.parameters.name, vpc=base.network.vpc
        )
