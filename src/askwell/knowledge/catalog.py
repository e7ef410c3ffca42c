"""Catalogs on disk; needs neither MetricFlow nor a warehouse, so that a load is quick."""

import hashlib
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from askwell.domain.catalog import Catalog
from askwell.errors import Misconfigured


def versioned(catalog: Catalog) -> Catalog:
    """Return the catalog with the hash of its content as its version."""
    body = catalog.model_dump_json(exclude={"version"})
    version = hashlib.sha256(body.encode()).hexdigest()[:16]
    return catalog.model_copy(update={"version": version})


def save(catalog: Catalog, path: Path) -> None:
    """Write a catalog as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(catalog.model_dump_json())
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def load(path: Path) -> Catalog:
    """Read a catalog that `save` wrote.

    Raises:
        Misconfigured: there is none, or another version of askwell wrote it.
    """
    try:
        return Catalog.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise Misconfigured(f"There is no catalog at {path}; run `askwell learn`.") from error
    except ValidationError as error:
        raise Misconfigured(
            f"{path} was written by another version of askwell; run `askwell learn` again."
        ) from error
