"""Bedrock's Converse API, streamed in AWS's event stream encoding."""

import json
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote
from zlib import crc32

from model_wire import Asked, Handler, Say, pieces


class BedrockWire(Handler):
    content_type = "application/vnd.amazon.eventstream"
    stops = {
        "done": "end_turn",
        "tool": "tool_use",
        "cut off": "max_tokens",
        "filtered": "content_filtered",
    }
    failures = {
        "throttled": (429, "ThrottlingException", "Too many requests, please wait"),
        "busy": (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
        "timed out": (408, "ModelTimeoutException", "Model has timed out in processing"),
        "too long": (400, "ValidationException", "Input is too long for requested model."),
        "wrong key": (403, "UnrecognizedClientException", "The security token is invalid: {key}"),
        "unknown model": (400, "ValidationException", "The provided model identifier is invalid."),
        "no json_schema": (400, "ValidationException", "outputConfig is not supported"),
        "no cache": (
            403,
            "AccessDeniedException",
            "You invoked an unsupported model or your request did not allow prompt caching.",
        ),
        "no stream": (
            400,
            "ValidationException",
            "The model is unsupported for streaming.",
        ),
        "no tools": (
            400,
            "ValidationException",
            "This model doesn't support tool use in streaming mode.",
        ),
        "no system": (400, "ValidationException", "This model doesn't support system messages."),
        "no access": (403, "AccessDeniedException", "User is not authorized to perform this"),
    }

    def read(self, body: dict[str, Any]) -> Asked:
        by, name, schema = "", "", {}
        if config := body.get("outputConfig"):
            structure = config["textFormat"]["structure"]["jsonSchema"]
            by, name, schema = "schema", structure["name"], json.loads(structure["schema"])
        elif config := body.get("toolConfig"):
            tool = config["tools"][0]["toolSpec"]
            by, name, schema = "tool", tool["name"], tool["inputSchema"]["json"]
        said = [block for message in body["messages"] for block in message["content"]]
        return self.asked(
            system="\n\n".join(b["text"] for b in body.get("system", []) if "text" in b),
            question="\n\n".join(filter(None, map(_text, said))),
            answer=name,
            by=by,
            schema=schema,
            body=body,
        )

    def do_GET(self) -> None:  # noqa: N802
        """Say which model an application's inference profile stands for."""
        arn = unquote(self.path.partition("/inference-profiles/")[2])
        model = f"arn:aws:bedrock:eu-west-1::foundation-model/{arn.rpartition('/')[2]}"
        self.whole(200, {"models": [{"modelArn": model}], "inferenceProfileArn": arn})

    def answer_whole(self, say: Say, asked: Asked) -> None:
        """Answer as Converse does, which does not stream."""
        content: dict[str, Any] = {"text": say.text}
        if asked.by == "tool":
            called = {"toolUseId": "tu_1", "name": asked.answer, "input": json.loads(say.text)}
            content = {"toolUse": called}
        message = {"role": "assistant", "content": [content]}
        payload = {"output": {"message": message}, "stopReason": self.stops[say.stop]}
        self.whole(200, payload | {"usage": _usage(say.tokens), "metrics": {"latencyMs": 1}})

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        as_tool = asked.by == "tool" and say.text.startswith("{")
        yield _frame("messageStart", {"role": "assistant"})
        if as_tool:
            start = {"toolUse": {"toolUseId": "tu_1", "name": asked.answer}}
            yield _frame("contentBlockStart", {"contentBlockIndex": 0, "start": start})
        for piece in pieces(say.text or say.refusal):
            delta = {"toolUse": {"input": piece}} if as_tool else {"text": piece}
            yield _frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta})
        yield _frame("contentBlockStop", {"contentBlockIndex": 0})
        stop = "tool" if as_tool and say.stop == "done" else say.stop
        reason = "guardrail_intervened" if say.refusal else self.stops[stop]
        yield _frame("messageStop", {"stopReason": reason})
        yield _frame("metadata", {"usage": _usage(say.tokens), "metrics": {"latencyMs": 1}})

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        said = message.format(key=self.headers.get("authorization", ""))
        return {"x-amzn-ErrorType": code}, {"message": said}

    def error_event(self, how: str) -> bytes:
        if how == "too long":
            said = {"message": "Input is too long for requested model."}
            return _frame("validationException", said, "exception")
        return _frame("modelStreamErrorException", {"message": "The engine died"}, "exception")


def _text(block: dict[str, Any]) -> str:
    guarded: str = block.get("guardContent", {}).get("text", {}).get("text", "")
    return block.get("text", guarded)


def _usage(tokens: tuple[int, int, int]) -> dict[str, int]:
    read, written, cached = tokens
    return {
        "inputTokens": read - cached,
        "outputTokens": written,
        "totalTokens": read + written,
        "cacheReadInputTokens": cached,
        "cacheWriteInputTokens": 0,
    }


def _frame(name: str, payload: dict[str, Any], kind: str = "event") -> bytes:
    """Return one message of AWS's event stream encoding."""
    headers = b"".join(
        struct.pack("!B", len(key)) + key.encode() + b"\x07" + struct.pack("!H", len(value))
        + value.encode()
        for key, value in (
            (":message-type", kind),
            (f":{kind}-type", name),
            (":content-type", "application/json"),
        )
    )  # fmt: skip
    body = json.dumps(payload, ensure_ascii=False).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack("!I", crc32(prelude)) + headers + body
    return message + struct.pack("!I", crc32(message))
