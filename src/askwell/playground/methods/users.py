"""users.* and usergroups.*: people and their groups."""

from askwell.playground import drawn
from askwell.playground.methods.call import Call, Method, page
from askwell.playground.nouns import Json, User
from askwell.playground.refusal import NotOk


def _written(call: Call, user: User) -> Json:
    installation = call.installation
    locale = call.args.flag("include_locale")
    return drawn.user(user, installation.scopes, home=installation.team, locale=locale)


async def info(call: Call) -> Json:
    """Describe a user, the locale only when asked for."""
    return {"ok": True, "user": _written(call, call.user())}


async def by_email(call: Call) -> Json:
    """Find a user by address."""
    wanted = call.args.text("email").lower()
    for user in call.stage.workspace.users.values():
        if user.email and user.email.lower() == wanted and not user.deleted:
            return {"ok": True, "user": _written(call, user)}
    raise NotOk("users_not_found")


async def listed(call: Call) -> Json:
    """List a workspace's users, page by page."""
    team = call.installation.team
    users = [u for u in call.stage.workspace.users.values() if u.team == team]
    return page([_written(call, user) for user in users], call, "members", 200)


async def groups(call: Call) -> Json:
    """List a workspace's user groups."""
    found: list[Json] = []
    for group in call.stage.workspace.groups.values():
        if group.team != call.installation.team:
            continue
        if group.disabled and not call.args.flag("include_disabled"):
            continue
        body: Json = {
            "id": group.id,
            "team_id": group.team,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "date_delete": 1 if group.disabled else 0,
        }
        if call.args.flag("include_count"):
            body["user_count"] = len(group.users)
        if call.args.flag("include_users"):
            body["users"] = list(group.users)
        found.append(body)
    return {"ok": True, "usergroups": found}


async def group_users(call: Call) -> Json:
    """List the members of a user group."""
    group = call.stage.workspace.groups.get(call.args.text("usergroup"))
    if group is None:
        raise NotOk("no_such_subteam")
    return {"ok": True, "users": list(group.users)}


METHODS = {
    "users.info": Method(info, ("users:read",), ("user",)),
    "users.lookupByEmail": Method(by_email, ("users:read.email",), ("email",)),
    "users.list": Method(listed, ("users:read",)),
    "usergroups.list": Method(groups, ("usergroups:read",)),
    "usergroups.users.list": Method(group_users, ("usergroups:read",), ("usergroup",)),
}
