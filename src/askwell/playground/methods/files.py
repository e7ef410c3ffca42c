"""files.*: upload in three steps, as `files_upload_v2` does."""

from askwell.playground import drawn
from askwell.playground.methods.call import Call, Method
from askwell.playground.methods.chat import by_bot, checked, publish, thread
from askwell.playground.nouns import File, Json
from askwell.playground.refusal import NotOk, invalid_arguments


async def upload_url(call: Call) -> Json:
    """Give out an address to which one file may be posted."""
    length = call.args.count("length", 0, most=2**30)
    file = File(
        call.stage.workspace.id("F"),
        call.args.text("filename"),
        call.bot,
        length,
        alt_text=call.args.text("alt_txt") or None,
        snippet_type=call.args.text("snippet_type") or None,
    )
    call.stage.workspace.files[file.id] = file
    url = f"{call.stage.address}/upload/v1/{file.id}"
    return {"ok": True, "upload_url": url, "file_id": file.id}


async def complete(call: Call) -> Json:
    """Finish uploads and share them in one message, or keep them private."""
    files = [_uploaded(call, one) for one in call.args.array("files")]
    if not files:
        raise invalid_arguments("no fewer than 1 items allowed [json-pointer:/files]")
    names = call.args.names("channels") or call.args.names("channel_id")
    for name in names:
        _share(call, name, files)
    for file in files:
        file.complete = True
        call.stage.workspace.feed.tell("file", file)
    return {"ok": True, "files": [drawn.file(f, call.stage.address) for f in files]}


def _uploaded(call: Call, one: Json) -> File:
    file = call.stage.workspace.files.get(str(one.get("id")))
    if file is None or file.content is None or file.complete:
        raise NotOk("file_not_found")
    file.title = str(one.get("title") or file.name)
    return file


def _share(call: Call, name: str, files: list[File]) -> None:
    call.args.given["channel"] = name
    channel = call.inside(call.channel())
    root = call.args.text("thread_ts")
    if root and thread(call, channel) != root:
        raise NotOk("invalid_thread_ts")
    blocks = call.args.array("blocks", "invalid_blocks_format")
    message = by_bot(
        call,
        channel,
        text=call.args.text("initial_comment"),
        blocks=checked(call, blocks),
        thread_ts=root or None,
        files=files,
        subtype="file_share",
    )
    publish(call, message)
    for file in files:
        file.shares.append((channel.id, message.ts))


async def info(call: Call) -> Json:
    """Describe a file, and say where it is shared."""
    file = call.stage.workspace.files.get(call.args.text("file"))
    if file is None or not file.complete:
        raise NotOk("file_not_found")
    shares: Json = {}
    for name, ts in file.shares:
        kind = call.stage.workspace.channels[name].kind
        group = shares.setdefault("public" if kind == "public" else "private", {})
        group.setdefault(name, []).append({"ts": ts})
    return {"ok": True, "file": {**drawn.file(file, call.stage.address), "shares": shares}}


async def delete(call: Call) -> Json:
    """Delete a file of the bot's."""
    file = call.stage.workspace.files.pop(call.args.text("file"), None)
    if file is None:
        raise NotOk("file_not_found")
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(upload_url, ("files:write",), ("filename", "length")),
    "files.completeUploadExternal": Method(complete, ("files:write",), ("files",)),
    "files.info": Method(info, ("files:read",), ("file",)),
    "files.delete": Method(delete, ("files:write",), ("file",)),
}
