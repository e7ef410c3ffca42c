"""askwell on AWS: `base` stays, `learn` fills the catalog, `serve` answers."""

import os

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from base import Base
from findings import explain
from learning import Learning
from parameters import from_context
from services import Services


def main() -> None:
    """Synthesise the three stacks; a finding without a reason is an error."""
    app = cdk.App(analytics_reporting=False)
    parameters = from_context(app.node.try_get_context)
    env = cdk.Environment(account=os.environ.get("CDK_DEFAULT_ACCOUNT"), region=parameters.region)
    base = Base(app, parameters, env=env)
    learn = Learning(app, base, env=env)
    serve = Services(app, base, env=env)
    explain(base, learn, serve, parameters)
    cdk.Tags.of(app).add("app", parameters.name)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    main()
