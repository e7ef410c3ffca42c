"""How state is written in answers and events."""

from askwell.playground.nouns import Channel, File, Json, Message, User, View

KINDS = {"public": "channel", "private": "group", "im": "im"}


def user(one: User, scopes: frozenset[str], *, home: str, locale: bool = False) -> Json:
    """Write a user; the address only for whoever may read it."""
    profile: Json = {"real_name": one.real_name, "display_name": one.name, "team": one.team}
    if one.title:
        profile["title"] = one.title
    if "users:read.email" in scopes and one.email and not one.is_bot:
        profile["email"] = one.email
    found: Json = {
        "id": one.id,
        "team_id": one.team,
        "name": one.name,
        "real_name": one.real_name,
        "deleted": one.deleted,
        "profile": profile,
        "is_bot": one.is_bot,
        "is_app_user": False,
    }
    if one.team != home:
        found["is_stranger"] = True
    if not one.deleted:
        found |= {
            "tz": one.tz,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": one.is_restricted,
            "is_ultra_restricted": one.is_ultra_restricted,
        }
    return found | ({"locale": one.locale} if locale else {})


def channel(one: Channel, bot: str, *, members: bool = False) -> Json:
    """Write a channel as the bot sees it."""
    found: Json = {
        "id": one.id,
        "is_channel": one.kind == "public",
        "is_group": one.kind in ("private", "mpim"),
        "is_im": one.kind == "im",
        "is_mpim": one.kind == "mpim",
        "is_private": one.kind != "public",
        "is_archived": one.is_archived,
        "is_ext_shared": one.is_ext_shared,
        "is_shared": one.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": one.team,
    }
    if one.kind == "im":
        found["user"] = next((m for m in one.members if m != bot), bot)
    else:
        found |= {"name": one.name, "name_normalized": one.name, "is_member": bot in one.members}
    return found | ({"num_members": len(one.members)} if members else {})


def file(one: File, base: str) -> Json:
    """Write a file."""
    found: Json = {
        "id": one.id,
        "name": one.name,
        "title": one.title or one.name,
        "mode": "hosted",
        "size": one.length,
        "user": one.user,
        "filetype": one.name.rpartition(".")[2],
        "url_private": f"{base}/files/{one.id}/{one.name}",
        "permalink": f"{base}/files/{one.id}",
        "channels": sorted({place for place, _ in one.shares}),
    }
    return found | ({"alt_txt": one.alt_text} if one.alt_text else {})


def message(one: Message, team: str, base: str, *, metadata: bool = True) -> Json:
    """Write a message as history and events show it."""
    found: Json = {
        "type": "message",
        "user": one.user,
        "text": one.text,
        "ts": one.ts,
        "team": team,
    }
    optional = {
        "subtype": one.subtype,
        "bot_id": one.bot_id,
        "app_id": one.app_id,
        "username": one.username,
        "thread_ts": one.thread_ts,
        "blocks": one.blocks,
        "attachments": one.attachments,
        "files": [file(f, base) for f in one.files],
        "edited": {"user": one.user, "ts": one.edited} if one.edited else None,
        "metadata": one.metadata if metadata else None,
        "reactions": [
            {"name": name, "users": users, "count": len(users)}
            for name, users in one.reactions.items()
        ],
    }
    found |= {key: value for key, value in optional.items() if value}
    return found


def view(one: View, app: str, bot: str) -> Json:
    """Write a view with its state."""
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "submit": None,
        "close": None,
        "title": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **one.body,
        "id": one.id,
        "team_id": one.team,
        "app_installed_team_id": one.team,
        "type": one.kind,
        "hash": one.hash,
        "state": {"values": one.state},
        "root_view_id": one.root or one.id,
        "previous_view_id": one.previous,
        "app_id": app,
        "bot_id": bot,
    }
