"""One project's room over `/ws/v1`: joined, kept up to date, and come back to after a break."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from .graph import JSON, Graph

#: Seconds before the first try to come back; doubled with each, up to the second number.
WAITS = (0.25, 10.0)
#: Codes of a refusal that passes: the same command, sent again under its name, may be taken.
PASSING = {"BUSY", "RATE_LIMITED", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "SESSION_LIMIT", "SHUTTING_DOWN"}
#: Close codes after which it makes no sense to come back: who one is does not count, or one is asked to stay away.
FINAL = {1000, 1002, 1003, 1008, 1009, 4001, 4401}


class Refused(Exception):
    """The server said no: `code` is what to match on, the message is for people."""

    def __init__(self, error: JSON) -> None:
        super().__init__(error["message"])
        self.code: str = error["code"]
        self.details: Any = error.get("details")


class Closed(Exception):
    """The connection was closed for good, by the server or by this side."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code, self.reason = code, reason


class _Lost(Exception):
    """The connection went before an answer came."""


class Session:
    """One project's room. Use it with `async with`; what it says of the graph is in `graph`, up to `seq`.

    `on_event` is called with every graph event once it is in `graph`, in order, and with nothing else.
    """

    def __init__(
        self,
        url: str,
        session_id: str,
        *,
        user_id: str | None = None,
        token: str | None = None,
        on_event: Callable[[JSON], None] | None = None,
    ) -> None:
        self.url, self.session_id = url.rstrip("/"), session_id
        self.graph, self.seq = Graph(), 0
        #: How often it joined.
        self.joins = 0
        self._epoch: str | None = None
        self._user_id, self._token, self._on_event = user_id, token, on_event
        self._socket: ClientConnection | None = None
        self._asked: dict[int, asyncio.Future[JSON]] = {}
        self._next_id = 0
        self._pause = 0.0
        self._live = asyncio.Event()
        self._failed: Exception | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Session:
        self._task = asyncio.create_task(self._run())
        try:
            await self.live()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Leaves. What was not answered by then raises `Closed`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._fail(Closed(1000, "closed by this side"))

    async def live(self) -> None:
        """Waits until it has joined; raises what keeps it from ever doing so."""
        await self._live.wait()
        if self._failed is not None:
            raise self._failed

    async def execute(self, command_type: str, data: JSON, *, command_id: str | None = None) -> JSON:
        """Runs a command, once, however often it has to be sent. Its events are in `graph` when this returns."""
        return await self._submit("execute_command", command_id, command_type=command_type, data=data)

    async def undo(self, *, scope: str | None = None, command_id: str | None = None) -> JSON:
        """Takes back the last step: one's own, or with `scope="session"` anybody's."""
        return await self._submit("undo", command_id, scope=scope)

    async def redo(self, *, scope: str | None = None, command_id: str | None = None) -> JSON:
        """Does again what was taken back."""
        return await self._submit("redo", command_id, scope=scope)

    async def _submit(self, event: str, command_id: str | None, **fields: Any) -> JSON:
        data = {"session_id": self.session_id, "command_id": command_id or str(uuid.uuid4())}
        data |= {name: value for name, value in fields.items() if value is not None}
        while True:
            await self.live()
            try:
                answer = await self._ask(event, data)
            except _Lost:
                continue
            if answer["success"]:
                return answer
            if answer["error"]["code"] not in PASSING:
                raise Refused(answer["error"])
            details = answer["error"].get("details") or {}
            await asyncio.sleep(details.get("retry_after_ms", 500) / 1000)

    async def _ask(self, event: str, data: JSON) -> JSON:
        """Sends an event that asks for an answer, and waits for it."""
        socket = self._socket
        if socket is None:
            raise _Lost
        answer = asyncio.get_running_loop().create_future()
        frame_id = self._take_id()
        self._asked[frame_id] = answer
        try:
            await socket.send(json.dumps({"event": event, "data": data, "id": frame_id}))
            return await answer
        except ConnectionClosed:
            raise _Lost from None
        finally:
            self._asked.pop(frame_id, None)
            # Where the sending failed nobody has looked at what became of the answer.
            if answer.done() and not answer.cancelled():
                answer.exception()

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id

    async def _run(self) -> None:
        """Comes back after every break, until that makes no sense any more."""
        wait = WAITS[0]
        while self._failed is None:
            joins = self.joins
            try:
                await self._connect_and_read()
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in FINAL:
                    self._fail(Closed(closed.rcvd.code, closed.rcvd.reason))
            except Refused as refused:
                if refused.code not in PASSING:
                    self._fail(refused)
            except (OSError, WebSocketException, TimeoutError):
                pass
            except Exception as error:
                self._fail(error)
                raise
            finally:
                self._lose()
            wait = WAITS[0] if self.joins > joins else min(2 * wait, WAITS[1])
            if self._failed is None:
                await asyncio.sleep(max(self._pause, wait * random.uniform(0.75, 1.25)))
            self._pause = 0.0

    async def _connect_and_read(self) -> None:
        query = {} if self._user_id is None else {"user_id": self._user_id}
        address = f"ws{self.url.removeprefix('http')}/ws/v1?{urllib.parse.urlencode(query)}"
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        async with connect(address, additional_headers=headers, max_size=None, proxy=None) as socket:
            since = None if self._epoch is None else {"epoch": self._epoch, "seq": self.seq}
            join = {"session_id": self.session_id, "since": since, "delivery": "batch"}
            join_id = self._take_id()
            await socket.send(json.dumps({"event": "join_session", "data": join, "id": join_id}))
            # Iterating over the socket would end without a word where the server closed in order.
            while True:
                frame = json.loads(await socket.recv())
                if frame.get("id") == join_id:
                    await self._joined(frame["answer"])
                    self._socket = socket
                    self._live.set()
                elif "answer" in frame:
                    asked = self._asked.get(frame["id"])
                    if asked is not None and not asked.done():
                        asked.set_result(frame["answer"])
                else:
                    await self._hear(frame["event"], frame.get("data"))

    async def _joined(self, answer: JSON) -> None:
        """Gets up to date, in the way that the answer says."""
        if not answer["success"]:
            raise Refused(answer["error"])
        self.joins += 1
        match answer["mode"]:
            case "tail":
                for event in answer["events"]:
                    await self._take(event)
            case "snapshot":
                self.graph = Graph.read(answer["graph"])
            case "fetch":
                return await self._fetch()
        self._epoch, self.seq = answer["epoch"], answer["seq"]

    async def _fetch(self) -> None:
        """Reads the graph over REST. Events that come meanwhile wait in the socket; those that it has are dropped."""
        request = urllib.request.Request(f"{self.url}/api/v1/sessions/{self.session_id}/graph")
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def read() -> JSON:
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)

        found = await asyncio.to_thread(read)
        self.graph = Graph.read(found["graph"])
        self._epoch, self.seq = found["epoch"], found["seq"]

    async def _hear(self, name: str, data: Any) -> None:
        if name == "events":
            for event in data["events"]:
                await self._take(event)
        elif name == "server_shutdown":
            self._pause = data["retry_after_ms"] / 1000

    async def _take(self, event: JSON) -> None:
        if event["seq"] <= self.seq:
            return
        if self.graph.take(event):
            self.seq = event["seq"]
        else:
            await self._fetch()
        if self._on_event is not None:
            self._on_event(event)

    def _lose(self) -> None:
        """There is no connection: whoever waits for an answer asks again."""
        self._socket = None
        if self._failed is None:
            self._live.clear()
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(self._failed or _Lost())

    def _fail(self, error: Exception) -> None:
        self._failed = self._failed or error
        self._live.set()
        self._lose()
