"""What is kept: one table, one bucket, the images; none of it goes with the stack."""

from collections.abc import Mapping
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_s3 as s3
from constructs import Construct

_TEXT = dynamodb.AttributeType.STRING
BY_TIME, BY_PERSON = "by_time", "by_person"
_IMAGES_KEPT = 20
_LOG_DAYS = 90
# askwell writes everything below this, and what does not stay into a folder by how long it does.
OBJECTS = "askwell/"
_KEPT_DAYS = (1, 7, 30, 90, 365, 1095)


@dataclass(frozen=True)
class Storage:
    """Hold what is kept; `logs`: who reached the bucket or the load balancer."""

    table: dynamodb.Table
    bucket: s3.Bucket
    logs: s3.Bucket
    images: ecr.Repository


def storage(scope: Construct) -> Storage:
    """Make the table, the bucket, the bucket for access logs and the repository of images."""
    kept_logs = _bucket(scope, "AccessLogs", None, {"": _LOG_DAYS})
    # A day more: S3 counts from midnight, and nothing may go early.
    folders = {f"{OBJECTS}{days}-days/": days + 1 for days in _KEPT_DAYS}
    return Storage(
        table=_table(scope),
        bucket=_bucket(scope, "Objects", kept_logs, folders),
        logs=kept_logs,
        images=ecr.Repository(
            scope,
            "Images",
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            encryption=ecr.RepositoryEncryption.AES_256,
            lifecycle_rules=[ecr.LifecycleRule(max_image_count=_IMAGES_KEPT)],
            removal_policy=cdk.RemovalPolicy.RETAIN,
        ),
    )


def _table(scope: Construct) -> dynamodb.Table:
    """Make the one table; `src/askwell/stores/dynamodb` writes down who reads it by which key."""
    table = dynamodb.Table(
        scope,
        "Table",
        partition_key=dynamodb.Attribute(name="pk", type=_TEXT),
        sort_key=dynamodb.Attribute(name="sk", type=_TEXT),
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        time_to_live_attribute="ttl",
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=True,
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
    table.add_local_secondary_index(
        index_name=BY_TIME, sort_key=dynamodb.Attribute(name="at", type=_TEXT)
    )
    table.add_global_secondary_index(
        index_name=BY_PERSON,
        partition_key=dynamodb.Attribute(name="person", type=_TEXT),
        sort_key=dynamodb.Attribute(name="asked", type=_TEXT),
        projection_type=dynamodb.ProjectionType.KEYS_ONLY,
    )
    return table


def _bucket(
    scope: Construct, name: str, kept_logs: s3.Bucket | None, folders: Mapping[str, int]
) -> s3.Bucket:
    """Make a bucket that deletes what is in a folder after so many days."""
    return s3.Bucket(
        scope,
        name,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        server_access_logs_bucket=kept_logs,
        server_access_logs_prefix="objects/" if kept_logs else None,
        lifecycle_rules=[
            s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(1)),
            *(
                s3.LifecycleRule(prefix=folder or None, expiration=cdk.Duration.days(days))
                for folder, days in folders.items()
            ),
        ],
        removal_policy=cdk.RemovalPolicy.RETAIN,
    )
