"""The load balancer for signed HTTP; Socket Mode needs none."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as balancing
from constructs import Construct

from base import Base

LISTENING_PORT = 3000
_HEALTH_PATH = "/health"


@dataclass(frozen=True)
class Balancer:
    """Hold the load balancer and the listeners behind it."""

    load_balancer: balancing.ApplicationLoadBalancer
    targets: balancing.ApplicationTargetGroup


def balanced(scope: Construct, base: Base, service: ecs.FargateService) -> Balancer:
    """Put a load balancer with TLS in front of a service; Slack's signature is checked behind."""
    made = balancing.ApplicationLoadBalancer(
        scope,
        "LoadBalancer",
        vpc=base.network.vpc,
        internet_facing=True,
        drop_invalid_header_fields=True,
        deletion_protection=True,
        security_group=base.network.balancer,
    )
    made.log_access_logs(base.storage.logs, "balancer")
    certificate = certificates.Certificate.from_certificate_arn(
        scope, "Certificate", base.parameters.certificate_arn
    )
    listener = made.add_listener(
        "Https",
        port=443,
        certificates=[certificate],
        ssl_policy=balancing.SslPolicy.TLS13_RES,
    )
    targets = listener.add_targets(
        "Listeners",
        port=LISTENING_PORT,
        protocol=balancing.ApplicationProtocol.HTTP,
        targets=[service],
        deregistration_delay=cdk.Duration.seconds(30),
        health_check=balancing.HealthCheck(path=_HEALTH_PATH, interval=cdk.Duration.seconds(15)),
    )
    _quiet(service)
    return Balancer(made, targets)


def _quiet(service: ecs.FargateService) -> None:
    """Let cfn-lint pass a dependency that CDK writes down twice."""
    resource = service.node.find_child("Service")
    assert isinstance(resource, cdk.CfnResource)
    resource.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})
