"""OpenAI's chat completions, streamed as server-sent events."""

import json
from collections.abc import Iterator
from typing import Any

from model_wire import Asked, Handler, Say, pieces


class OpenAIWire(Handler):
    base = "/v1"
    content_type = "text/event-stream"
    stops = {
        "done": "stop",
        "tool": "tool_calls",
        "cut off": "length",
        "filtered": "content_filter",
    }
    failures = {
        "throttled": (429, "rate_limit_exceeded", "Rate limit reached"),
        "busy": (503, "overloaded", "The server is overloaded"),
        "timed out": (408, "timeout", "Request timed out"),
        "too long": (
            400,
            "context_length_exceeded",
            "This model's maximum context length is 4096 tokens. However, your messages resulted"
            " in 9999 tokens.",
        ),
        "wrong key": (401, "invalid_api_key", "Incorrect API key provided: {key}"),
        "unknown model": (404, "model_not_found", "The model does not exist"),
        "no json_schema": (400, "invalid_request_error", "This response_format is unavailable"),
        "no tools": (400, "invalid_request_error", "any-model does not support tools"),
        "no credit": (429, "insufficient_quota", "You exceeded your current quota"),
        "filtered prompt": (400, "content_filter", "The prompt was filtered"),
        "bad request": (422, "invalid_request_error", "temperature must be 1"),
    }

    def read(self, body: dict[str, Any]) -> Asked:
        texts = {message["role"]: message["content"] for message in body["messages"]}
        by, named = "", {"name": "", "schema": {}}
        if body.get("response_format"):
            by, named = "schema", body["response_format"]["json_schema"]
        elif body.get("tools"):
            function = body["tools"][0]["function"]
            by, named = "tool", {"name": function["name"], "schema": function["parameters"]}
        return self.asked(
            system=texts.get("system", ""),
            question=texts["user"],
            answer=named["name"],
            by=by,
            schema=named["schema"],
            body=body,
        )

    def events(self, say: Say, asked: Asked) -> Iterator[bytes]:
        yield self._delta({"role": "assistant", "content": ""})
        as_tool = asked.by == "tool" and say.text.startswith("{")
        if as_tool:
            called = {"name": asked.answer, "arguments": ""}
            yield self._tool({"id": "call_1", "type": "function", "function": called})
        for piece in pieces(say.text):
            if as_tool:
                yield self._tool({"function": {"arguments": piece}})
            else:
                yield self._delta({"content": piece})
        for piece in pieces(say.refusal):
            yield self._delta({"refusal": piece})
        stop = "tool" if as_tool and say.stop == "done" else say.stop
        yield self._delta({}, self.stops[stop])
        if (asked.body.get("stream_options") or {}).get("include_usage"):
            yield self._usage(say.tokens)
        yield b"data: [DONE]\n\n"

    def _tool(self, call: dict[str, Any]) -> bytes:
        return self._delta({"tool_calls": [{"index": 0, **call}]})

    def _delta(self, delta: dict[str, Any], stop: str | None = None) -> bytes:
        return self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": stop}]})

    def _usage(self, tokens: tuple[int, int, int]) -> bytes:
        read, written, cached = tokens
        usage = {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        return self._event({"choices": [], "usage": usage})

    def _event(self, payload: dict[str, Any]) -> bytes:
        whole = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return f"data: {json.dumps(whole | payload, ensure_ascii=False)}\n\n".encode()

    def error(self, status: int, code: str, message: str) -> tuple[dict[str, str], Any]:
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        said = message.format(key=key)
        detail = {"message": said, "type": "invalid_request_error", "code": code, "param": None}
        return {}, {"error": detail}

    def error_event(self, how: str) -> bytes:
        if how == "too long":
            return b'data: {"error": {"message": "exceeds the context window", "code": 400}}\n\n'
        return b'data: {"error": {"message": "The engine died", "code": 500}}\n\n'
