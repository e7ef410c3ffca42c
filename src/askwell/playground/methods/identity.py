"""auth.*, team.* and api.test: who calls."""

from askwell.playground.methods.call import Call, Method
from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk


async def test(call: Call) -> Json:
    """Say whose token it is."""
    team = call.stage.workspace.teams[call.installation.team]
    return {
        "ok": True,
        "url": f"{call.stage.address}/",
        "team": team.name,
        "user": call.stage.workspace.users[call.bot].name,
        "team_id": team.id,
        "user_id": call.bot,
        "bot_id": call.installation.bot_id,
        "is_enterprise_install": False,
    }


async def team_info(call: Call) -> Json:
    """Describe the workspace."""
    team = call.stage.workspace.teams[call.installation.team]
    return {"ok": True, "team": {"id": team.id, "name": team.name, "domain": team.domain}}


async def bot_info(call: Call) -> Json:
    """Describe a bot."""
    for one in call.stage.app.installations.values():
        if one.bot_id == call.args.text("bot"):
            body = {"id": one.bot_id, "user_id": one.bot_user, "app_id": call.stage.app.id}
            return {"ok": True, "bot": {**body, "name": call.stage.app.name, "deleted": False}}
    raise NotOk("bot_not_found")


async def revoke(call: Call) -> Json:
    """Give the token back; it works no more."""
    call.stage.app.installations.pop(call.installation.token)
    return {"ok": True, "revoked": True}


METHODS = {
    "auth.test": Method(test),
    "auth.revoke": Method(revoke),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bot_info, ("users:read",), ("bot",)),
}
