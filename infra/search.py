"""The search domain: in the VPC, over HTTPS, for the roles that are named in its policy alone."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from network import Network
from parameters import Parameters

READS = ("es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost")
WRITES = (*READS, "es:ESHttpDelete", "es:ESHttpPut")
_VERSION = opensearch.EngineVersion.OPENSEARCH_3_5
_LEADER = "m7g.medium.search"


def domain(
    scope: Construct,
    parameters: Parameters,
    network: Network,
    readers: Sequence[iam.Role],
    retention: logs.RetentionDays,
) -> opensearch.Domain:
    """Make the domain and let only `readers` in, each signed with its own role."""
    made = opensearch.Domain(
        scope,
        "Search",
        domain_name=parameters.name,
        version=_VERSION,
        vpc=network.vpc,
        vpc_subnets=[_subnets(network, parameters)],
        security_groups=[_group(scope, network)],
        capacity=_capacity(parameters),
        zone_awareness=opensearch.ZoneAwarenessConfig(
            enabled=parameters.search_multi_az, availability_zone_count=2
        )
        if parameters.search_multi_az
        else None,
        ebs=opensearch.EbsOptions(
            volume_size=parameters.search_gib, volume_type=ec2.EbsDeviceVolumeType.GP3
        ),
        enforce_https=True,
        node_to_node_encryption=True,
        encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True),
        tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
        logging=_logging(scope, retention),
        suppress_logs_resource_policy=True,  # else CDK brings a function of its own for it
        enable_auto_software_update=True,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    # Set on the resource itself: CDK's own way needs a function that may do es:UpdateDomainConfig.
    resource = made.node.default_child
    assert isinstance(resource, opensearch.CfnDomain)
    resource.access_policies = _policy(scope, parameters, readers)
    return made


def arn(scope: Construct, parameters: Parameters) -> str:
    """Return the domain's ARN before it is there, for the policies that it depends on."""
    return cdk.Stack.of(scope).format_arn(
        service="es", resource="domain", resource_name=parameters.name
    )


def _subnets(network: Network, parameters: Parameters) -> ec2.SubnetSelection:
    data = network.vpc.isolated_subnets
    return ec2.SubnetSelection(subnets=data if parameters.search_multi_az else data[:1])


def _capacity(parameters: Parameters) -> opensearch.CapacityConfig:
    is_large = parameters.search_multi_az
    return opensearch.CapacityConfig(
        data_nodes=2 if is_large else 1,
        data_node_instance_type=parameters.search_instance,
        multi_az_with_standby_enabled=False,
        master_nodes=3 if is_large else None,
        master_node_instance_type=_LEADER if is_large else None,
    )


def _group(scope: Construct, network: Network) -> ec2.SecurityGroup:
    group = ec2.SecurityGroup(
        scope,
        "SearchGroup",
        vpc=network.vpc,
        description="askwell: the search domain",
        allow_all_outbound=False,
    )
    for tasks in (network.worker, network.learner):
        group.add_ingress_rule(tasks, ec2.Port.tcp(443), "tasks")
    return group


def _logging(scope: Construct, retention: logs.RetentionDays) -> opensearch.LoggingOptions:
    """Keep slow searches, slow writes and errors; the service may write to these groups alone."""
    groups = {
        name: logs.LogGroup(scope, f"Search{name}", retention=retention)
        for name in ("SlowSearches", "SlowWrites", "Errors")
    }
    logs.ResourcePolicy(
        scope,
        "SearchLogs",
        policy_statements=[
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("es.amazonaws.com")],
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[group.log_group_arn for group in groups.values()],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}},
            )
        ],
    )
    return opensearch.LoggingOptions(
        slow_search_log_enabled=True,
        slow_search_log_group=groups["SlowSearches"],
        slow_index_log_enabled=True,
        slow_index_log_group=groups["SlowWrites"],
        app_log_enabled=True,
        app_log_group=groups["Errors"],
    )


def _policy(
    scope: Construct, parameters: Parameters, readers: Sequence[iam.Role]
) -> iam.PolicyDocument:
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                principals=[iam.ArnPrincipal(role.role_arn) for role in readers],
                actions=list(WRITES),
                resources=[f"{arn(scope, parameters)}/*"],
            )
        ]
    )
