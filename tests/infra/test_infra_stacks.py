"""What is deployed: encrypted, kept, private, watched; and CDK's templates are valid."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from stacks import Stacks, shown

from askwell.settings import SETTINGS

INFRA = Path(__file__).parents[2] / "infra"
BOTH = pytest.mark.parametrize("size", ["plain", "large"])


@pytest.fixture
def stacks(size: str, request: pytest.FixtureRequest) -> Stacks:
    found: Stacks = request.getfixturevalue(size)
    return found


@BOTH
def test_cfn_lint_finds_nothing(stacks: Stacks) -> None:
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run(
        [linter, "--", *stacks.files()], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@BOTH
def test_each_finding_of_cdk_nag_has_its_reason(stacks: Stacks) -> None:
    report = json.loads((stacks.folder / "validation-report.json").read_text())
    (nag,) = report["pluginReports"]
    assert nag["conclusion"] == "success"
    assert nag.get("violations", []) == []


def test_the_table_is_kept(plain: Stacks) -> None:
    table = plain.one("AWS::DynamoDB::Table")
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ttl", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_what_holds_data_outlives_the_stack(plain: Stacks) -> None:
    kinds = {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::OpenSearchService::Domain",
        "AWS::SecretsManager::Secret",
        "AWS::ECR::Repository",
    }
    kept = {r["Type"]: r.get("DeletionPolicy") for _, r in plain.resources() if r["Type"] in kinds}
    assert kept == dict.fromkeys(kinds, "Retain")


def test_buckets_are_private_and_encrypted(plain: Stacks) -> None:
    buckets = plain.of("AWS::S3::Bucket")
    assert set(buckets) == {"Objects", "AccessLogs"}
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert shown(buckets["Objects"]["LoggingConfiguration"]["DestinationBucketName"]) == (
        "<AccessLogs>"
    )


def test_queues_are_fifo_and_encrypted(plain: Stacks) -> None:
    queues = plain.of("AWS::SQS::Queue")
    assert set(queues) == {"Inbox", "DeadLetters"}
    assert all(q["FifoQueue"] is True and q["SqsManagedSseEnabled"] for q in queues.values())
    redrive = queues["Inbox"]["RedrivePolicy"]
    assert shown(redrive["deadLetterTargetArn"]) == "<DeadLetters.Arn>"


@BOTH
def test_search_is_in_the_network_and_encrypted(stacks: Stacks) -> None:
    domain = stacks.one("AWS::OpenSearchService::Domain")
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["EncryptionAtRestOptions"] == {"Enabled": True}
    cluster = domain["ClusterConfig"]
    zones = 2 if cluster["ZoneAwarenessEnabled"] else 1
    assert len(domain["VPCOptions"]["SubnetIds"]) == cluster["InstanceCount"] == zones


@BOTH
def test_tasks_run_as_nobody_who_can_write(stacks: Stacks) -> None:
    tasks = stacks.of("AWS::ECS::TaskDefinition")
    assert set(tasks) == {"ListenerTask", "WorkerTask", "LearnerTask"}
    for name, task in tasks.items():
        (container,) = task["ContainerDefinitions"]
        assert container["User"] == "10001"
        assert container["ReadonlyRootFilesystem"] is True
        assert 30 <= container["StopTimeout"] <= 60
        assert ("HealthCheck" in container) == (name != "LearnerTask")
        assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert {m["ContainerPath"] for m in container["MountPoints"]} == _volumes()


def _volumes() -> set[str]:
    """Return where the Dockerfile keeps an owner for what is mounted."""
    lines = (INFRA.parent / "Dockerfile").read_text().splitlines()
    (volume,) = (line for line in lines if line.startswith("VOLUME "))
    return set(json.loads(volume.removeprefix("VOLUME ")))


@BOTH
def test_tasks_get_settings_that_askwell_knows_and_no_secret_among_them(stacks: Stacks) -> None:
    known = {setting.name for setting in SETTINGS}
    for task in stacks.of("AWS::ECS::TaskDefinition").values():
        (container,) = task["ContainerDefinitions"]
        plain = {variable["Name"] for variable in container["Environment"]}
        secret = {variable["Name"] for variable in container["Secrets"]}
        assert plain | secret <= known
        assert not plain & secret
        assert not any(word in name for name in plain for word in ("TOKEN", "SECRET", "PASSWORD"))


def test_what_a_company_adds_reaches_every_task(large: Stacks) -> None:
    for task in large.of("AWS::ECS::TaskDefinition").values():
        (container,) = task["ContainerDefinitions"]
        given = {v["Name"]: v["Value"] for v in container["Environment"]}
        assert given["ASKWELL_KNOWLEDGE"] == "/srv/company/knowledge"


@BOTH
def test_services_are_private_and_roll_back(stacks: Stacks) -> None:
    services = stacks.of("AWS::ECS::Service")
    assert set(services) == {"ListenerService", "WorkerService"}
    for service in services.values():
        network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "DISABLED"
        breaker = service["DeploymentConfiguration"]["DeploymentCircuitBreaker"]
        assert breaker == {"Enable": True, "Rollback": True}


def test_workers_scale_with_the_queue(plain: Stacks) -> None:
    policies = plain.of("AWS::ApplicationAutoScaling::ScalingPolicy")
    steps = [
        step["ScalingAdjustment"]
        for policy in policies.values()
        for step in policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    ]
    assert sorted(steps) == [-1, 1, 1, 3, 3]
    alarms = json.dumps(plain.of("AWS::CloudWatch::Alarm"))
    assert "ApproximateAgeOfOldestMessage" in alarms


def test_socket_mode_lets_nobody_in(plain: Stacks, large: Stacks) -> None:
    assert not plain.of("AWS::ElasticLoadBalancingV2::LoadBalancer")
    listener = large.one("AWS::ElasticLoadBalancingV2::Listener")
    assert listener["Protocol"] == "HTTPS"
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    open_to_all = [
        rule
        for group in plain.of("AWS::EC2::SecurityGroup").values()
        for rule in group.get("SecurityGroupIngress", [])
        if rule.get("CidrIp") == "0.0.0.0/0"
    ]
    assert open_to_all == []


def test_aws_is_reached_without_the_gateway(plain: Stacks) -> None:
    endpoints = [shown(e["ServiceName"]) for e in plain.of("AWS::EC2::VPCEndpoint").values()]
    ends = sorted(re.sub(r"^com\.amazonaws\.[^.]+\.", "", endpoint) for endpoint in endpoints)
    assert ends == [
        "bedrock-runtime", "dynamodb", "ecr.api", "ecr.dkr", "logs", "s3", "secretsmanager", "sqs",
    ]  # fmt: skip
    assert len(plain.of("AWS::EC2::NatGateway")) == 1


def test_alarms_reach_somebody(large: Stacks) -> None:
    alarms = large.of("AWS::CloudWatch::Alarm")
    spoken = {name: a for name, a in alarms.items() if "AlarmDescription" in a}
    mailed = {n for n, a in spoken.items() if [shown(x) for x in a["AlarmActions"]] == ["<Alarms>"]}
    assert mailed >= {
        "QuestionWaits", "DeadLetter", "TableThrottled", "ModelThrottled", "SearchRed",
        "SearchDisk", "SearchMemory", "ListenerUnhealthy", "WorkerUnhealthy", "ListenerSick",
        "Listener5xx", "Balancer5xx", "FallbackThrottled",
    }  # fmt: skip
    assert large.one("AWS::SNS::Subscription")["Protocol"] == "email"
    told = large.one("AWS::Budgets::Budget")["NotificationsWithSubscribers"]
    assert {n["Notification"]["NotificationType"] for n in told} == {"ACTUAL", "FORECASTED"}
    assert large.of("AWS::CloudWatch::Dashboard")


def test_a_night_without_learning_is_mailed(plain: Stacks) -> None:
    rule = plain.of("AWS::Events::Rule")["LearnFailed"]
    detail = rule["EventPattern"]["detail"]
    (learner,) = (
        d["Family"] for n, d in plain.of("AWS::ECS::TaskDefinition").items() if "Learner" in n
    )
    assert detail["group"] == [f"family:{learner}"]
    assert detail["$or"][0] == {"containers": {"exitCode": [{"anything-but": 0}]}}
    assert [shown(t["Arn"]) for t in rule["Targets"]] == ["<Alarms>"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"slack_mode": "http"}, "certificate_arn"),
        ({"slack_mode": "fax"}, "neither socket nor http"),
        ({"guardrail": "ab12"}, "guardrail is not ID:VERSION"),
        ({"listeners": "two"}, "listeners is 'two'"),
        ({"region": None}, "region"),
    ],
)
def test_a_wrong_parameter_is_named(given: dict[str, Any], says: str) -> None:
    context = json.loads((INFRA / "cdk.json").read_text())["context"] | given
    read = runpy.run_path(str(INFRA / "parameters.py"))["from_context"]
    with pytest.raises(SystemExit, match=says):
        read(context.get)


def test_infra_stands_alone() -> None:
    texts = [file.read_text() for file in INFRA.glob("*.py")]
    assert texts
    assert not any("import askwell" in text or "from askwell" in text for text in texts)
