"""Findings of cdk-nag that stay, each with its reason; any other ends the synthesis."""

import aws_cdk as cdk
from constructs import IConstruct

from base import Base
from parameters import Parameters
from storage import OBJECTS

# Of what AWS names by itself, or names no resource at all, a policy can say no more.
_IMAGES = "ecr:GetAuthorizationToken is for the whole account; AWS knows no resource for it"
_OBJECTS = "objects are named by what they hold; the bucket is askwell's alone"
_INDEXES = "every path of one domain; askwell names its indexes, aliases and pipelines there"
_TASKS = "a task's id is not known before it runs; it may only be tagged, in askwell's cluster"
_TOKENS = "Slack issues the tokens and the warehouse's owner its password; neither rotates by AWS"
_SETTINGS = "names and addresses; what is secret comes from Secrets Manager"
_ROLES = "the domain is in the VPC, and its policy names the two roles that may sign requests"
_ONE_NODE = (
    "search_multi_az is off, for a small team: askwell answers from its copy of the index while"
    " the domain is away"
)
_OPEN = "Slack calls from addresses that it does not publish; every request's signature is checked"


def explain(base: Base, learn: cdk.Stack, serve: cdk.Stack, parameters: Parameters) -> None:
    """Acknowledge each finding where it is, and nowhere else."""
    for secret in base.secrets.values():
        _acknowledge(secret, "SMG4", _TOKENS)
    objects = f"<{_id(base, 'Objects')}.Arn>/{OBJECTS}*"
    for role in ("ListenerRole", "WorkerRole", "LearnerRole"):
        _acknowledge(base.node.find_child(role), _on(objects), _OBJECTS)
    domain = f"arn:<AWS::Partition>:es:{parameters.region}:<AWS::AccountId>:domain"
    for role in ("WorkerRole", "LearnerRole"):
        _acknowledge(base.node.find_child(role), _on(f"{domain}/{parameters.name}/*"), _INDEXES)
    search = base.node.find_child("Search")
    _acknowledge(search, "OS3", _ROLES)
    if not parameters.search_multi_az:
        _acknowledge(search, "OS4", _ONE_NODE)
        _acknowledge(search, "OS7", _ONE_NODE)
    for stack, name in ((learn, "Learner"), (serve, "Listener"), (serve, "Worker")):
        task = stack.node.find_child(f"{name}Task")
        _acknowledge(task, "ECS2", _SETTINGS)
        _acknowledge(task, _on("*"), _IMAGES)
    tagged = f"arn:<AWS::Partition>:ecs:{parameters.region}:*:task/{parameters.name}/*"
    _acknowledge(learn.node.find_child("LearnerTask"), _on(tagged), _TASKS)
    if parameters.slack_mode == "http":
        _acknowledge(base.node.find_child("LoadBalancerGroup"), "EC23", _OPEN)


def _acknowledge(where: IConstruct, rule: str, reason: str) -> None:
    found = cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    cdk.Validations.of(where).acknowledge(found)


def _on(resource: str) -> str:
    return f"IAM5[Resource::{resource}]"


def _id(stack: cdk.Stack, name: str) -> str:
    resource = stack.node.find_child(name).node.default_child
    assert isinstance(resource, cdk.CfnElement)
    return str(stack.resolve(resource.logical_id))
