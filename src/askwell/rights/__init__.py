"""Who may read what: policy file -> Rights -> the part of the catalog that exists for them."""

from askwell.rights.audience import covers, is_restricted, owns
from askwell.rights.grants import everything
from askwell.rights.policy import Policy, load_policy, open_policy
from askwell.rights.readable import readable

__all__ = [
    "Policy",
    "covers",
    "everything",
    "is_restricted",
    "load_policy",
    "open_policy",
    "owns",
    "readable",
]
