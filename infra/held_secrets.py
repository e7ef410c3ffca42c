"""What must stay secret: made empty here, filled by hand, handed to the tasks that need it."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from parameters import Parameters

# One secret a setting, so that each task is given its own and no other.
BOT_TOKEN = "ASKWELL_SLACK_BOT_TOKEN"  # names of settings
APP_TOKEN = "ASKWELL_SLACK_APP_TOKEN"
SIGNING_SECRET = "ASKWELL_SLACK_SIGNING_SECRET"
WAREHOUSE_URL = "ASKWELL_WAREHOUSE_URL"

Secrets = Mapping[str, secretsmanager.Secret]


def held_secrets(scope: Construct, parameters: Parameters) -> Secrets:
    """Make the secrets that the way of hearing Slack needs, by the names of their settings."""
    hears = APP_TOKEN if parameters.slack_mode == "socket" else SIGNING_SECRET
    return {name: _secret(scope, name, parameters) for name in (BOT_TOKEN, hears, WAREHOUSE_URL)}


def _secret(scope: Construct, name: str, parameters: Parameters) -> secretsmanager.Secret:
    words = name.removeprefix("ASKWELL_").lower().replace("_", "-")
    return secretsmanager.Secret(
        scope,
        "".join(word.title() for word in words.split("-")),
        secret_name=f"{parameters.name}/{words}",
        description=f"{name} of {parameters.name}",
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
