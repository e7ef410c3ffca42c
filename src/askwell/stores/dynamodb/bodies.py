"""The body of a record: in its item, compressed in its item, or in S3 with its key in the item."""

import gzip
import uuid
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from askwell.errors import Misconfigured, TooLarge
from askwell.stores.dynamodb.failures import translated

Attributes = dict[str, Any]
# A write is charged by the KB, so that compressing pays long before an item is full.
_PLAIN_BYTES = 4_000
# Of the 400 KB that an item holds, which are all its names and values.
_ITEM_BYTES = 350_000
_LEVEL = 1  # 6 takes five times as long for an eighth less
_DAY = 24 * 3600.0
# How long S3 keeps what is in these folders: the lifecycle rules of docs/dynamodb.md.
KEPT_DAYS = (1, 7, 30, 90, 365, 1095)
FOREVER = "kept"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Be where bodies go that no item can hold, under `prefix`."""

    client: Any
    name: str
    prefix: str = "askwell/"


def pack(text: str, seconds: float | None, bucket: Bucket | None) -> Attributes:
    """Return the attributes that hold a body, which is in S3 by then if it is large.

    `seconds`: how long it is kept; None: for good. What is written to S3 and then not referred
    to, because the item could not be written, is deleted there when that time is over.

    Raises:
        TooLarge: it needs a bucket, and there is none.
        Transient, Misconfigured: S3 did not take it.
    """
    raw = text.encode()
    if len(raw) <= _PLAIN_BYTES:
        return {"body": {"S": text}}
    zipped = gzip.compress(raw, _LEVEL, mtime=0)
    if len(zipped) <= _ITEM_BYTES:
        return {"zip": {"B": zipped}}
    if bucket is None:
        raise TooLarge(
            f"a record of {len(zipped):,} bytes, compressed, is more than DynamoDB keeps in one"
            " item; set ASKWELL_STORES_BUCKET"
        )
    key = f"{bucket.prefix}{_folder(seconds)}/{uuid.uuid4().hex}.json.gz"
    with translated(f"bucket {bucket.name}"):
        bucket.client.put_object(Bucket=bucket.name, Key=key, Body=zipped)
    return {"s3": {"S": key}}


def unpack(item: Attributes, bucket: Bucket | None) -> str | None:
    """Return the body that `pack` wrote, or None where it is no longer in S3.

    Raises:
        Transient, Misconfigured: S3 cannot be read.
    """
    if "s3" in item:
        zipped = _fetched(item["s3"]["S"], bucket)
    elif "zip" in item:
        zipped = item["zip"]["B"]
    else:
        return str(item["body"]["S"]) if "body" in item else None
    return gzip.decompress(zipped).decode() if zipped is not None else None


def _fetched(key: str, bucket: Bucket | None) -> bytes | None:
    if bucket is None:
        raise Misconfigured("a large record is in S3; set ASKWELL_STORES_BUCKET to its bucket")
    with translated(f"bucket {bucket.name}"):
        try:
            found = bucket.client.get_object(Bucket=bucket.name, Key=key)
            return bytes(found["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise


def _folder(seconds: float | None) -> str:
    """Return the folder whose lifecycle rule deletes not before `seconds`, and soon after."""
    if seconds is None:
        return FOREVER
    enough = [days for days in KEPT_DAYS if days * _DAY >= seconds]
    return f"{enough[0]}-days" if enough else FOREVER
