"""What a machine lacks: a test that needs it is skipped, and on CI it fails."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip a test for want of something; `what` says how to get it."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
