"""What each kind of task may do: every action and every resource by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

import search
from inbox import Inbox
from parameters import Parameters
from storage import BY_PERSON, BY_TIME, OBJECTS, Storage

_TABLE = tuple(
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem",
        "ConditionCheckItem",
        "DeleteItem",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
        "PutItem",
        "Query",
        "UpdateItem",
    )
)
_SENDS = ("sqs:GetQueueAttributes", "sqs:SendMessage")
_NAMES = ("sqs:GetQueueUrl",)
_TAKES = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
_GEOGRAPHIES = ("us", "us-gov", "eu", "apac", "jp", "au", "ca", "global")


@dataclass(frozen=True)
class Roles:
    """Hold the role of each kind of task."""

    listener: iam.Role
    worker: iam.Role
    learner: iam.Role


def roles(scope: Construct) -> Roles:
    """Make the roles; `grant` says what they may do, once everything has its name."""
    return Roles(*(_role(scope, name) for name in ("Listener", "Worker", "Learner")))


def grant(
    scope: Construct, roles: Roles, storage: Storage, inbox: Inbox, parameters: Parameters
) -> None:
    """Let each role do what its task does, and no more."""
    table = storage.table.table_arn
    keys = [table, *(f"{table}/index/{index}" for index in (BY_TIME, BY_PERSON))]
    objects = f"{storage.bucket.bucket_arn}/{OBJECTS}*"
    queue, dead = inbox.queue.queue_arn, inbox.dead.queue_arn
    indexes = [f"{search.arn(scope, parameters)}/*"]

    # A listener shows kept answers and hands out their rows as files.
    _allow(roles.listener, "Table", _TABLE, keys)
    _allow(roles.listener, "Inbox", _SENDS, [queue])
    _allow(roles.listener, "DeadLetters", _NAMES, [dead])
    _allow(roles.listener, "Objects", ("s3:GetObject",), [objects])
    _allow(roles.listener, "Bucket", ("s3:ListBucket",), [storage.bucket.bucket_arn])

    _allow(roles.worker, "Table", _TABLE, keys)
    _allow(roles.worker, "Inbox", _TAKES, [queue])
    _allow(roles.worker, "DeadLetters", (*_NAMES, "sqs:ReceiveMessage", "sqs:SendMessage"), [dead])
    _allow(roles.worker, "Objects", ("s3:GetObject", "s3:PutObject"), [objects])
    _allow(roles.worker, "Bucket", ("s3:ListBucket",), [storage.bucket.bucket_arn])
    _allow(roles.worker, "Search", search.WRITES, indexes)
    asks = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
    for sid, model in (("Model", parameters.model), ("Fallback", parameters.fallback)):
        if model:
            _allow(roles.worker, sid, asks, _model(scope, model, parameters))
    if parameters.guardrail:
        guardrail = [_guardrail(scope, parameters.guardrail)]
        _allow(roles.worker, "Guardrail", ("bedrock:ApplyGuardrail",), guardrail)

    _allow(roles.learner, "Table", _TABLE, keys)
    _allow(roles.learner, "Objects", ("s3:GetObject", "s3:PutObject"), [objects])
    _allow(roles.learner, "Bucket", ("s3:ListBucket",), [storage.bucket.bucket_arn])
    _allow(roles.learner, "Search", search.WRITES, indexes)
    if parameters.embeddings:
        embedder = _model(scope, parameters.embeddings, parameters)
        for role in (roles.worker, roles.learner):
            _allow(role, "Embeddings", ("bedrock:InvokeModel",), embedder)


def _role(scope: Construct, name: str) -> iam.Role:
    account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
    principal = iam.ServicePrincipal("ecs-tasks.amazonaws.com", conditions=account)
    return iam.Role(scope, f"{name}Role", assumed_by=principal)


def _allow(role: iam.Role, sid: str, actions: Sequence[str], resources: Sequence[str]) -> None:
    role.add_to_policy(
        iam.PolicyStatement(sid=sid, actions=list(actions), resources=list(resources))
    )


def _guardrail(scope: Construct, guardrail: str) -> str:
    name = guardrail.partition(":")[0]
    return cdk.Stack.of(scope).format_arn(
        service="bedrock", resource="guardrail", resource_name=name
    )


def _model(scope: Construct, model: str, parameters: Parameters) -> list[str]:
    """Name a model, or an inference profile and the model in each region that it routes to."""
    stack = cdk.Stack.of(scope)
    geography, _, rest = model.partition(".")
    if geography not in _GEOGRAPHIES:
        return [_foundation(stack, stack.region, model)]
    profile = stack.format_arn(service="bedrock", resource="inference-profile", resource_name=model)
    regions = dict.fromkeys((parameters.region, *parameters.model_regions))
    # A global profile routes under an ARN without a region.
    anywhere = [_foundation(stack, "", rest)] if geography == "global" else []
    return [profile, *(_foundation(stack, region, rest) for region in regions), *anywhere]


def _foundation(stack: cdk.Stack, region: str, model: str) -> str:
    return f"arn:{stack.partition}:bedrock:{region}::foundation-model/{model}"
