"""Where alarms go: a topic that mails whoever looks after askwell."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from parameters import Parameters

# The policy that demands TLS replaces the one that lets the account's own alarms in.
_WRITERS = ("cloudwatch.amazonaws.com", "events.amazonaws.com")


def mail(scope: Construct, parameters: Parameters) -> sns.Topic:
    """Make the topic; alarms and events of this account alone may write to it."""
    topic = sns.Topic(scope, "Alarms", enforce_ssl=True)
    account = {"StringEquals": {"aws:SourceAccount": cdk.Stack.of(scope).account}}
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            sid="Alarms",
            principals=[iam.ServicePrincipal(writer) for writer in _WRITERS],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=account,
        )
    )
    topic.add_subscription(subscriptions.EmailSubscription(parameters.alarm_email))
    return topic
