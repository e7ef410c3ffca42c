"""The stack that answers: listeners, workers that scale with the queue, and who watches them."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

import alarms
from balancer import LISTENING_PORT, Balancer, balanced
from base import Base
from budget import budget
from dashboard import dashboard
from held_secrets import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, WAREHOUSE_URL
from scaling import scale
from tasks import HEALTH_PORT, LARGE, SMALL, retrieval, task


class Services(cdk.Stack):
    """Hold the services, their alarms, the dashboard and the budget."""

    def __init__(self, scope: Construct, base: Base, **options: Any) -> None:
        super().__init__(scope, f"{base.parameters.name}-serve", **options)
        self.listener = self._listener(base)
        self.worker = self._worker(base)
        scale(self.worker, base)
        self.balancer = self._balancer(base)
        watched = alarms.watch(self, base, (self.listener, self.worker), self.balancer)
        dashboard(self, base, (self.listener, self.worker), watched)
        budget(self, base.parameters)

    def _listener(self, base: Base) -> ecs.FargateService:
        over_http = base.parameters.slack_mode == "http"
        definition = task(
            self,
            "Listener",
            base,
            role=base.roles.listener,
            command=["serve"],
            secrets=[BOT_TOKEN, SIGNING_SECRET if over_http else APP_TOKEN, WAREHOUSE_URL],
            settings=_slack(base, "listener"),
            size=SMALL,
        )
        if over_http and definition.default_container:
            definition.default_container.add_port_mappings(
                ecs.PortMapping(container_port=LISTENING_PORT)
            )
        return _service(
            self, "Listener", base, definition, base.network.listener, base.parameters.listeners
        )

    def _worker(self, base: Base) -> ecs.FargateService:
        definition = task(
            self,
            "Worker",
            base,
            role=base.roles.worker,
            command=["serve"],
            secrets=[BOT_TOKEN, WAREHOUSE_URL],
            settings={**_slack(base, "worker"), **retrieval(base.parameters, base)},
            size=LARGE,
        )
        return _service(
            self, "Worker", base, definition, base.network.worker, base.parameters.workers_min
        )

    def _balancer(self, base: Base) -> Balancer | None:
        if base.parameters.slack_mode != "http":
            return None
        made = balanced(self, base, self.listener)
        cdk.CfnOutput(self, "Address", value=made.load_balancer.load_balancer_dns_name)
        return made


def _slack(base: Base, role: str) -> dict[str, str]:
    return {
        "ASKWELL_SLACK_MODE": base.parameters.slack_mode,
        "ASKWELL_SLACK_ROLE": role,
        "ASKWELL_SLACK_HOST": "0.0.0.0",  # of the container, in a private subnet
        "ASKWELL_SLACK_PORT": str(LISTENING_PORT),
        "ASKWELL_HEALTH_PORT": str(HEALTH_PORT),
    }


def _service(
    scope: Construct,
    name: str,
    base: Base,
    definition: ecs.FargateTaskDefinition,
    group: ec2.SecurityGroup,
    count: int,
) -> ecs.FargateService:
    """Run tasks in private subnets; a deployment that does not become healthy is taken back."""
    return ecs.FargateService(
        scope,
        name,
        cluster=base.cluster,
        task_definition=definition,
        desired_count=count,
        min_healthy_percent=100,
        max_healthy_percent=200,
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
        security_groups=[group],
        propagate_tags=ecs.PropagatedTagSource.SERVICE,
        enable_ecs_managed_tags=True,
    )
