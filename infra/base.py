"""The stack that everything stands on, and that stays when the others are taken down."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from held_secrets import held_secrets
from inbox import inbox
from mail import mail
from network import network
from parameters import Parameters
from roles import grant, roles
from search import domain
from storage import storage

_RETENTIONS = {
    days: logs.RetentionDays(name)
    for days, name in {
        7: "ONE_WEEK",
        14: "TWO_WEEKS",
        30: "ONE_MONTH",
        90: "THREE_MONTHS",
        365: "ONE_YEAR",
    }.items()
}


class Base(cdk.Stack):
    """Hold the network, what is kept, the queue, the search domain, secrets and roles."""

    def __init__(self, scope: Construct, parameters: Parameters, **options: Any) -> None:
        super().__init__(scope, f"{parameters.name}-base", termination_protection=True, **options)
        self.parameters = parameters
        self.retention = _RETENTIONS[parameters.log_days]
        self.network = network(self, parameters, self.retention)
        self.storage = storage(self)
        self.alarms = mail(self, parameters)
        self.inbox = inbox(self)
        self.secrets = held_secrets(self, parameters)
        self.roles = roles(self)
        self.domain = domain(
            self,
            parameters,
            self.network,
            (self.roles.worker, self.roles.learner),
            self.retention,
        )
        grant(self, self.roles, self.storage, self.inbox, parameters)
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=parameters.name,
            vpc=self.network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        self._show()

    def _show(self) -> None:
        """Output what somebody types who deploys."""
        group = self.network.learner.security_group_id
        subnets = ",".join(
            self.network.vpc.select_subnets(
                subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS
            ).subnet_ids
        )
        awsvpc = f"subnets=[{subnets}],securityGroups=[{group}],assignPublicIp=DISABLED"
        outputs = {
            "ImageRepository": self.storage.images.repository_uri,
            "LearnNetwork": f"awsvpcConfiguration={{{awsvpc}}}",
            "SearchDomainName": self.domain.domain_name,
            "DeadLetterQueue": self.inbox.dead.queue_url,
            "WorkerSecurityGroup": self.network.worker.security_group_id,
            "LearnerSecurityGroup": group,
            "ListenerSecurityGroup": self.network.listener.security_group_id,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
