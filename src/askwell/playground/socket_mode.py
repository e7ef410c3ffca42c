"""Socket Mode: the app connects to Slack, events come down the WebSocket."""

import asyncio
import itertools
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from askwell.playground.delivery import NotDelivered
from askwell.playground.nouns import Json
from askwell.playground.refusal import NotOk

MOST_CONNECTIONS = 10  # D/apis/events-api/using-socket-mode


@dataclass(eq=False)
class Connection:
    """One open WebSocket and the envelopes that it has not acked."""

    socket: web.WebSocketResponse
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class SocketMode:
    """Keep the app's connections and send envelopes down one of them in turn."""

    def __init__(self, app_id: str, timeout: float = 3.0) -> None:
        self.app_id = app_id
        self.timeout = timeout
        self.connections: list[Connection] = []
        self.opened = 0
        self.disconnects = 0
        self._tickets: set[str] = set()
        self._turn = itertools.count()
        self._arrived = asyncio.Event()

    def ticket(self) -> str:
        """Make the one-time ticket of a connection's address.

        Raises:
            NotOk: there are ten connections already.
        """
        if len(self.connections) >= MOST_CONNECTIONS:
            raise NotOk("too_many_websockets")
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Talk to one connection until it closes; what it did not ack is sent again."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.discard(ticket)
        connection = Connection(web.WebSocketResponse())
        await connection.socket.prepare(request)
        self.opened += 1
        try:
            self.connections.append(connection)
            await connection.socket.send_json(self._hello())
            self._arrived.set()
            await self._listen(connection)
        except ConnectionResetError:
            pass
        finally:
            self._forget(connection)
        return connection.socket

    async def send(self, kind: str, payload: Json, attempt: int, reason: str | None) -> Any:
        """Send an envelope and wait for its ack, three seconds at most."""
        try:
            async with asyncio.timeout(self.timeout):
                connection = await self._next()
                return await self._sent(connection, kind, payload, attempt, reason)
        except TimeoutError:
            raise NotDelivered("timeout") from None

    async def disconnect(self, reason: str = "refresh_requested") -> int:
        """Ask every connection to come again, and close it; say how many there were."""
        leaving = list(self.connections)
        self.disconnects += len(leaving)
        for connection in leaving:
            self._forget(connection)
            message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
            await connection.socket.send_json(message)
        return len(leaving)

    async def drop(self) -> int:
        """Close every connection without a word, as a broken network does."""
        leaving = list(self.connections)
        for connection in leaving:
            self._forget(connection)
            await connection.socket.close()
        return len(leaving)

    async def connected(self, count: int = 1) -> None:
        """Wait until the app has so many connections."""
        while len(self.connections) < count:
            self._arrived.clear()
            await self._arrived.wait()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "local", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    async def _next(self) -> Connection:
        await self.connected()
        return self.connections[next(self._turn) % len(self.connections)]

    async def _sent(
        self, connection: Connection, kind: str, payload: Json, attempt: int, reason: str | None
    ) -> Any:
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason or ""}
        ack: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = ack
        try:
            await connection.socket.send_json(envelope)
            return await ack
        except ConnectionResetError:
            raise NotDelivered("connection_closed") from None
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type != WSMsgType.TEXT:
                continue
            answer = message.json()
            ack = connection.waiting.get(answer.get("envelope_id"))
            if ack and not ack.done():
                ack.set_result(answer.get("payload"))

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for ack in connection.waiting.values():
            if not ack.done():
                ack.set_exception(NotDelivered("connection_closed"))
