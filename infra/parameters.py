"""What a deployment chooses, from `cdk.json` or `-c name=value`; nothing else is configured."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

_YES = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameters:
    """Hold what a deployment chooses; a list is written with commas."""

    # Where and under which name; every stack and the search domain begin with the name.
    name: str
    region: str
    # Who hears of alarms and of the budget.
    alarm_email: str
    # The model's ID, or a geographic or global inference profile's, without `bedrock:`.
    model: str
    # The regions to which that profile may route; its model's own region where there is none.
    model_regions: tuple[str, ...]
    # The tag of the image in the repository that the base stack makes.
    image_tag: str
    # Another such model, for when the first is throttled or down.
    fallback: str = ""
    # A guardrail on Bedrock, as `ID:VERSION`.
    guardrail: str = ""
    # An embedding model on Bedrock; empty: the one that askwell carries.
    embeddings: str = ""
    # socket: outbound connections only. http: a load balancer, for which a certificate is needed.
    slack_mode: str = "socket"
    certificate_arn: str = ""
    # Further settings, `NAME=value`, e.g. ASKWELL_KNOWLEDGE=/srv/company/knowledge; no secrets.
    environment: tuple[str, ...] = ()
    # The port of the warehouse, the only one beside 443 that tasks may reach.
    warehouse_port: int = 5432
    # How many listen, and between how many the workers scale.
    listeners: int = 2
    workers_min: int = 1
    workers_max: int = 8
    # When it learns anew (UTC, as EventBridge writes cron).
    learn_cron: str = "0 19 * * ? *"
    # The search domain: one node, or two in two zones with three small ones that lead.
    search_instance: str = "t3.medium.search"
    search_gib: int = 20
    search_multi_az: bool = False
    # One NAT gateway is enough for Slack; two outlive a zone.
    nat_gateways: int = 1
    log_days: int = 30
    budget_usd: int = 500


def from_context(context: Callable[[str], Any]) -> Parameters:
    """Read and check the parameters; `context` returns what is given for a name, or None.

    Raises:
        SystemExit: one is missing or wrong; the message names it.
    """
    given = {f.name: (f.type, context(f.name)) for f in fields(Parameters)}
    values = {n: _read(n, t, v) for n, (t, v) in given.items() if v is not None}
    try:
        parameters = Parameters(**values)
    except TypeError as error:
        raise SystemExit(f"infra: {error}; write it into cdk.json or give -c NAME=VALUE") from None
    if parameters.slack_mode not in ("socket", "http"):
        raise SystemExit("infra: slack_mode is neither socket nor http")
    if parameters.slack_mode == "http" and not parameters.certificate_arn:
        raise SystemExit("infra: slack_mode http needs certificate_arn, a certificate in ACM")
    if parameters.guardrail and ":" not in parameters.guardrail:
        raise SystemExit("infra: guardrail is not ID:VERSION")
    return parameters


def _read(name: str, kind: Any, value: Any) -> Any:
    """Return a value as its type; the command line gives texts, cdk.json also numbers."""
    try:
        if kind is bool:
            return _YES[str(value).lower()]
        if kind is int:
            return int(value)
    except (KeyError, ValueError):
        raise SystemExit(f"infra: {name} is {value!r}, which is no {kind.__name__}") from None
    if kind is str:
        return str(value)
    return tuple(part for part in str(value).split(",") if part)
