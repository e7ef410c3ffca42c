"""Ids that Slack gives to blocks and elements which came without."""

import copy
import itertools
from typing import Any

from askwell.playground.nouns import Json
from askwell.playground.validation.blocks import elements

_count = itertools.count(1)
WITHOUT_ACTION = {"image", "plain_text", "mrkdwn"}


def name_blocks(blocks: list[Any]) -> list[Json]:
    """Copy blocks and name what has no name."""
    named: list[Json] = copy.deepcopy(blocks)
    for block in named:
        block.setdefault("block_id", f"b{next(_count)}")
        block["child_blocks"] = name_blocks(block.get("child_blocks", []))
        if not block["child_blocks"]:
            del block["child_blocks"]
        for element in elements(block):
            if element["type"] not in WITHOUT_ACTION and not element["type"].startswith("rich"):
                element.setdefault("action_id", f"a{next(_count)}")
    return named
