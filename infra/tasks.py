"""One kind of task: the image, its settings, its secrets; it may write only where it must."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from base import Base
from parameters import Parameters

HEALTH_PORT = 8080
# As in the Dockerfile: nothing else of the file system can be written.
_WRITABLE = {"home": "/var/lib/askwell", "tmp": "/tmp"}  # of the container
_USER = "10001"
# askwell finishes or hands back within 30 s of SIGTERM.
_STOP = cdk.Duration.seconds(45)
_LIVE = (
    "import os, urllib.request as r;"
    " r.urlopen(f\"http://127.0.0.1:{os.environ['ASKWELL_HEALTH_PORT']}/live\", timeout=4)"
)


@dataclass(frozen=True)
class Size:
    """Hold a task's CPU units and memory in MiB, in one of Fargate's pairs."""

    cpu: int
    memory: int


SMALL, LARGE = Size(512, 2048), Size(1024, 4096)


def task(
    scope: Construct,
    name: str,
    base: Base,
    *,
    role: iam.Role,
    command: Sequence[str],
    secrets: Sequence[str],
    settings: Mapping[str, str],
    size: Size,
    is_service: bool = True,
) -> ecs.FargateTaskDefinition:
    """Define a task: ARM64, not root, read-only but for its home folder and /tmp."""
    definition = ecs.FargateTaskDefinition(
        scope,
        f"{name}Task",
        family=f"{base.parameters.name}-{name.lower()}",
        cpu=size.cpu,
        memory_limit_mib=size.memory,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=ecs.CpuArchitecture.ARM64,
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
        task_role=role,
    )
    container = definition.add_container(
        "askwell",
        image=ecs.ContainerImage.from_ecr_repository(
            base.storage.images, base.parameters.image_tag
        ),
        command=list(command),
        user=_USER,
        readonly_root_filesystem=True,
        stop_timeout=_STOP,
        environment={**_common(base), **settings, **_further(base.parameters)},
        secrets={n: ecs.Secret.from_secrets_manager(base.secrets[n]) for n in secrets},
        logging=_logging(scope, name, base),
        health_check=_health() if is_service else None,
    )
    for volume, path in _WRITABLE.items():
        definition.add_volume(name=volume)
        container.add_mount_points(
            ecs.MountPoint(source_volume=volume, container_path=path, read_only=False)
        )
    return definition


def retrieval(parameters: Parameters, base: Base) -> dict[str, str]:
    """Return the settings for the search domain, the model and the embedder."""
    found = {
        "ASKWELL_SEARCH": f"opensearch:https://{base.domain.domain_endpoint}",
        "ASKWELL_SEARCH_AUTH": "sigv4",
        "ASKWELL_MODEL": f"bedrock:{parameters.model}",
        "ASKWELL_MODEL_REGION": parameters.region,
    }
    if parameters.fallback:
        found["ASKWELL_MODEL_FALLBACK"] = f"bedrock:{parameters.fallback}"
    if parameters.guardrail:
        found["ASKWELL_MODEL_GUARDRAIL"] = parameters.guardrail
    if parameters.embeddings:
        found["ASKWELL_EMBEDDINGS"] = f"bedrock:{parameters.embeddings}"
    return found


def _common(base: Base) -> dict[str, str]:
    return {
        "ASKWELL_STORES": f"dynamodb:{base.storage.table.table_name}",
        "ASKWELL_STORES_BUCKET": base.storage.bucket.bucket_name,
        "ASKWELL_INBOX": f"sqs:{base.inbox.queue.queue_url}",
        "ASKWELL_AWS_REGION": base.parameters.region,
    }


def _further(parameters: Parameters) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in parameters.environment)
    return {name: value for name, _, value in pairs}


def _health() -> ecs.HealthCheck:
    return ecs.HealthCheck(
        command=["CMD", "python", "-c", _LIVE],
        interval=cdk.Duration.seconds(15),
        timeout=cdk.Duration.seconds(5),
        retries=3,
        start_period=cdk.Duration.seconds(90),
    )


def _logging(scope: Construct, name: str, base: Base) -> ecs.LogDriver:
    group = logs.LogGroup(scope, f"{name}Log", retention=base.retention)
    return ecs.LogDrivers.aws_logs(stream_prefix=name.lower(), log_group=group)
