"""blocks.validate: a check without a post; it needs no scope."""

from askwell.playground.methods.call import Call, Method
from askwell.playground.methods.chat import checked
from askwell.playground.methods.views import checked_view
from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk, invalid_arguments


async def validate(call: Call) -> Json:
    """Check blocks, a message or a view, and post nothing."""
    given = [name for name in ("blocks", "message", "view") if name in call.args]
    if len(given) != 1:
        raise invalid_arguments("provide exactly one of blocks, message and view")
    found = call.args.json(given[0], "invalid_blocks_format")
    if given == ["view"]:
        home = isinstance(found, dict) and found.get("type") == "home"
        checked_view(found, "home" if home else "modal")
        return {"ok": True}
    blocks = found.get("blocks", []) if isinstance(found, dict) else found
    if not isinstance(blocks, list):
        raise NotOk("invalid_blocks_format")
    checked(call, blocks)
    return {"ok": True}


METHODS = {"blocks.validate": Method(validate)}
