"""What each task may do on AWS: exactly this, and no wildcard where a name would do."""

from collections import defaultdict

import pytest
from stacks import Stacks, listed, shown

_TABLE = (
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)
_INDEXES = ("<Table.Arn>", "<Table.Arn>/index/by_person", "<Table.Arn>/index/by_time")
_SEARCHES = tuple(f"es:ESHttp{verb}" for verb in ("Delete", "Get", "Head", "Post", "Put"))
_DOMAIN = ("arn:<AWS::Partition>:es:ap-northeast-2:<AWS::AccountId>:domain/askwell/*",)
_SONNET = "anthropic.claude-sonnet-4-20250514-v1:0"
_ROUTED = ("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2")
_MODEL = tuple(
    sorted(
        (
            *(f"arn:<AWS::Partition>:bedrock:{r}::foundation-model/{_SONNET}" for r in _ROUTED),
            f"arn:<AWS::Partition>:bedrock:ap-northeast-2:<AWS::AccountId>:inference-profile/apac.{_SONNET}",
        )
    )
)
_ASKS = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
# Of a task: actions on resources. Whatever is not here, it may not do.
TASKS = {
    "Listener": {
        (_TABLE, _INDEXES),
        (("sqs:GetQueueAttributes", "sqs:SendMessage"), ("<Inbox.Arn>",)),
        (("sqs:GetQueueUrl",), ("<DeadLetters.Arn>",)),
        (("s3:GetObject",), ("<Objects.Arn>/askwell/*",)),
        (("s3:ListBucket",), ("<Objects.Arn>",)),
    },
    "Worker": {
        (_TABLE, _INDEXES),
        (
            (
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ),
            ("<Inbox.Arn>",),
        ),
        (("sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"), ("<DeadLetters.Arn>",)),
        (("s3:GetObject", "s3:PutObject"), ("<Objects.Arn>/askwell/*",)),
        (("s3:ListBucket",), ("<Objects.Arn>",)),
        (_SEARCHES, _DOMAIN),
        (_ASKS, _MODEL),
    },
    "Learner": {
        (_TABLE, _INDEXES),
        (("s3:GetObject", "s3:PutObject"), ("<Objects.Arn>/askwell/*",)),
        (("s3:ListBucket",), ("<Objects.Arn>",)),
        (_SEARCHES, _DOMAIN),
    },
}
# Read by ECS before the task runs; the task itself may read no secret.
SECRETS = {
    "Listener": {"<SlackBotToken>", "<SlackAppToken>", "<WarehouseUrl>"},
    "Worker": {"<SlackBotToken>", "<WarehouseUrl>"},
    "Learner": {"<WarehouseUrl>"},
}
# Actions for which AWS knows no resource, https://docs.aws.amazon.com/service-authorization/
# latest/reference/list_amazonelasticcontainerregistry.html.
UNSCOPED = {"ecr:GetAuthorizationToken"}
# Wildcards within a name: what is in a bucket's folder, below a domain's URL, a task's own id.
OPEN_ENDED = (
    "<Objects.Arn>/askwell/*",
    "<AccessLogs.Arn>/objects/*",
    "<AccessLogs.Arn>/balancer/AWSLogs/<AWS::AccountId>/*",
    *_DOMAIN,
    "arn:<AWS::Partition>:ecs:ap-northeast-2:*:task/askwell/*",
)


def _granted(stacks: Stacks, policy: str) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {
        (tuple(sorted(listed(s["Action"]))), tuple(sorted(map(shown, listed(s["Resource"])))))
        for name, s in stacks.statements()
        if name == policy
    }


@pytest.mark.parametrize("task", TASKS)
def test_a_task_may_do_exactly_what_is_listed(plain: Stacks, task: str) -> None:
    assert _granted(plain, f"{task}RoleDefaultPolicy") == TASKS[task]


@pytest.mark.parametrize("task", SECRETS)
def test_a_task_is_given_its_own_secrets_alone(plain: Stacks, task: str) -> None:
    granted = _granted(plain, f"{task}TaskExecutionRoleDefaultPolicy")
    read = {r for actions, rs in granted if "secretsmanager:GetSecretValue" in actions for r in rs}
    assert read == SECRETS[task]


def test_over_http_the_listener_is_given_the_signing_secret(large: Stacks) -> None:
    granted = _granted(large, "ListenerTaskExecutionRoleDefaultPolicy")
    read = {r for actions, rs in granted if "secretsmanager:GetSecretValue" in actions for r in rs}
    assert read == {"<SlackBotToken>", "<SlackSigningSecret>", "<WarehouseUrl>"}


def test_a_global_profile_reaches_its_own_model_alone(large: Stacks) -> None:
    granted = _granted(large, "WorkerRoleDefaultPolicy")
    models, fallback = sorted(rs for actions, rs in granted if actions == _ASKS)
    assert f"arn:<AWS::Partition>:bedrock:::foundation-model/{_SONNET}" in models
    assert all(resource.endswith(_SONNET) for resource in models)
    nova = "foundation-model/amazon.nova-pro-v1:0"
    assert fallback == (f"arn:<AWS::Partition>:bedrock:ap-northeast-2::{nova}",)
    (embedder,) = (resources for actions, resources in granted if actions == _ASKS[:1])
    titan = "foundation-model/amazon.titan-embed-text-v2:0"
    assert embedder == (f"arn:<AWS::Partition>:bedrock:ap-northeast-2::{titan}",)


def test_the_worker_applies_the_chosen_guardrail_alone(large: Stacks) -> None:
    granted = dict(_granted(large, "WorkerRoleDefaultPolicy"))
    account = "arn:<AWS::Partition>:bedrock:ap-northeast-2:<AWS::AccountId>"
    assert granted["bedrock:ApplyGuardrail",] == (f"{account}:guardrail/ab12cd34ef56",)


def test_only_alarms_and_events_of_the_account_are_mailed(plain: Stacks) -> None:
    (allowed,) = (
        s for name, s in plain.statements() if name == "AlarmsPolicy" and s["Effect"] == "Allow"
    )
    writers = listed(allowed["Principal"]["Service"])
    assert writers == ["cloudwatch.amazonaws.com", "events.amazonaws.com"]
    condition = allowed["Condition"]["StringEquals"]
    assert {k: shown(v) for k, v in condition.items()} == {"aws:SourceAccount": "<AWS::AccountId>"}


@pytest.mark.parametrize("size", ["plain", "large"])
def test_nothing_is_allowed_by_a_wildcard(size: str, request: pytest.FixtureRequest) -> None:
    stacks: Stacks = request.getfixturevalue(size)
    wrong = defaultdict(set)
    for name, statement in stacks.statements():
        if statement["Effect"] == "Deny":
            continue
        actions = set(listed(statement["Action"]))
        resources = {shown(r) for r in listed(statement.get("Resource", []))}
        wrong[name] |= {action for action in actions if "*" in action}
        if actions <= UNSCOPED:
            continue
        wrong[name] |= {r for r in resources if "*" in r and r not in OPEN_ENDED}
        assert statement.get("Principal") not in ("*", {"AWS": "*"}), name
    assert {name: found for name, found in wrong.items() if found} == {}


def test_whoever_is_denied_is_denied_for_want_of_tls(plain: Stacks) -> None:
    denied = [(n, s) for n, s in plain.statements() if s["Effect"] == "Deny"]
    assert {n for n, _ in denied} == {
        "AccessLogsPolicy", "ObjectsPolicy", "InboxPolicy", "DeadLettersPolicy", "AlarmsPolicy",
    }  # fmt: skip
    conditions = {key for _, s in denied for test in s["Condition"].values() for key in test}
    assert conditions == {"aws:SecureTransport", "s3:TlsVersion"}


def test_only_the_worker_and_the_learner_are_let_into_the_search_domain(plain: Stacks) -> None:
    policy = plain.one("AWS::OpenSearchService::Domain")["AccessPolicies"]
    (statement,) = policy["Statement"]
    let_in = {shown(arn) for arn in listed(statement["Principal"]["AWS"])}
    assert let_in == {"<WorkerRole.Arn>", "<LearnerRole.Arn>"}
