"""The network: tasks in private subnets, AWS over endpoints, only Slack over the NAT gateway."""

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from parameters import Parameters

_HTTPS = ec2.Port.tcp(443)
_SERVICES = {
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Secrets": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    "Images": ec2.InterfaceVpcEndpointAwsService.ECR,
    "Layers": ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "Models": ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME,
}


@dataclass(frozen=True)
class Network:
    """Hold the network; one security group a kind of task."""

    vpc: ec2.Vpc
    listener: ec2.SecurityGroup
    worker: ec2.SecurityGroup
    learner: ec2.SecurityGroup
    balancer: ec2.SecurityGroup | None = None


def network(scope: Construct, parameters: Parameters, retention: logs.RetentionDays) -> Network:
    """Make the network, with a log of its flows."""
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        max_azs=2,
        nat_gateways=parameters.nat_gateways,
        restrict_default_security_group=False,  # it would need a function; nothing uses the group
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
            ),
            ec2.SubnetConfiguration(
                name="tasks", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=22
            ),
            ec2.SubnetConfiguration(name="data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        ],
        gateway_endpoints={
            "Tables": ec2.GatewayVpcEndpointOptions(
                service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
            ),
            "Buckets": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
        },
    )
    group = logs.LogGroup(scope, "Flows", retention=retention)
    vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group))
    made = Network(
        vpc,
        listener=_tasks(scope, vpc, "Listener", parameters),
        worker=_tasks(scope, vpc, "Worker", parameters),
        learner=_tasks(scope, vpc, "Learner", parameters),
        balancer=_balancer(scope, vpc) if parameters.slack_mode == "http" else None,
    )
    _endpoints(scope, made)
    return made


def _tasks(scope: Construct, vpc: ec2.Vpc, name: str, parameters: Parameters) -> ec2.SecurityGroup:
    group = ec2.SecurityGroup(
        scope,
        f"{name}Tasks",
        vpc=vpc,
        description=f"askwell: {name.lower()} tasks",
        allow_all_outbound=False,
    )
    group.add_egress_rule(ec2.Peer.any_ipv4(), _HTTPS, "AWS, Slack")
    group.add_egress_rule(
        ec2.Peer.any_ipv4(), ec2.Port.tcp(parameters.warehouse_port), "the warehouse"
    )
    return group


def _balancer(scope: Construct, vpc: ec2.Vpc) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(
        scope,
        "LoadBalancerGroup",
        vpc=vpc,
        description="askwell: the load balancer",
        allow_all_outbound=False,
    )


def _endpoints(scope: Construct, network: Network) -> None:
    group = ec2.SecurityGroup(
        scope,
        "Endpoints",
        vpc=network.vpc,
        description="askwell: endpoints of AWS services",
        allow_all_outbound=False,
    )
    for tasks in (network.listener, network.worker, network.learner):
        group.add_ingress_rule(tasks, _HTTPS, "tasks")
    for name, service in _SERVICES.items():
        network.vpc.add_interface_endpoint(
            f"{name}Endpoint",
            service=service,
            security_groups=[group],
            open=False,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
        )
