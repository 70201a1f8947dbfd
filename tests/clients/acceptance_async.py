"""The heart of acceptance.py with python-socketio's asynchronous client, on / and on /graph, by every
transport.
"""

import asyncio
import contextlib
import functools

import socketio

from support import NOBODY, PATIENCE, SERVER, TRANSPORTS, Log, Project, equal, run


async def until(find, what, log):
    """Waits until `find` gives something, and gives that."""
    for _ in range(PATIENCE * 200):
        if found := find():
            return found[0]
        await asyncio.sleep(0.005)
    raise AssertionError(f"{what} never came; heard: {', '.join(log.names()) or 'nothing'}")


class Member:
    """A client in a namespace, with the record of what it was told."""

    def __init__(self, namespace):
        self.namespace, self.log = namespace, Log()
        self.socket = socketio.AsyncClient(reconnection=False)
        self.socket.on("*", lambda event, *args: self.log.add(event, *args[:1]), namespace=namespace)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        # A client that polls and just answers a ping forgets to say that it goes, and waits for the next.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.socket.disconnect(), 1)

    async def join(self, project, transports, auth=None):
        options = {"namespaces": [self.namespace], "transports": transports, "wait_timeout": PATIENCE}
        await self.socket.connect(SERVER, auth=auth, **options)
        return await self.ask("join_session", {"session_id": project.session_id})

    async def ask(self, event, data=None):
        return await self.socket.call(event, data, namespace=self.namespace, timeout=PATIENCE)

    async def hears(self, name, matches=lambda payload: True):
        return await until(lambda: self.log.find(name, matches), name, self.log)


async def what_rest_does_reaches_every_member(namespace, transports):
    project = await asyncio.to_thread(Project)
    async with Member(namespace) as one, Member(namespace) as two:
        for count, member in enumerate((one, two), start=1):
            joined = await member.join(project, transports)
            equal((joined["success"], joined["active_clients"]), (True, count), f"joining: {joined}")
            equal((await member.hears("joined"))["client_id"], member.socket.get_sid(namespace), "joined")
        _, answer = await asyncio.to_thread(project.create_node, "Strip down")
        for member in (one, two):
            event = await member.hears("node-created")
            equal((event["event"], event["node_id"]), ("node-created", answer["node_id"]), "node-created")
        await asyncio.to_thread(project.undo)
        for member in (one, two):
            undo = await member.hears("command:undo")
            equal((undo["event"], undo["seq"]), ("command:undo", 4), "command:undo")
        await two.socket.disconnect()
        told = await one.hears("session:disconnected")
        equal(told["active_clients"], 1, "active_clients")


async def commands_are_answered_and_mistakes_are_told(namespace, transports):
    project = await asyncio.to_thread(Project)
    async with Member(namespace) as member:
        await member.join(project, transports, {"user_id": "ada"})
        data = {"parent_id": project.root_id, "blueprint_type_id": "phase", "name": "Größe \U0001d54a"}
        command = {"session_id": project.session_id, "command_type": "CreateNode", "data": data}
        answers = await asyncio.gather(*(member.ask("execute_command", command) for _ in range(20)))
        equal([answer["seq"] for answer in answers], list(range(2, 22)), "seqs of the answers")
        event = await member.hears("node-created", lambda event: event["seq"] == 21)
        equal((event["name"], event["author"]["user_id"]), (data["name"], "ada"), "name and author")
        equal((await member.ask("no_such_event", {}))["success"], False, "an unknown event")
        refused = await member.ask("join_session", {"session_id": NOBODY})
        equal(refused["error"]["code"], "INVALID_SESSION", "an unknown session")
        await member.ask("join_session", {})
        equal((await member.hears("error", lambda error: "Missing" in error["message"]))["code"],
              "INVALID_REQUEST", "a join of nothing")
        equal((await member.ask("leave_session", {"session_id": project.session_id}))["success"], True, "leave")
        equal((await member.ask("ping"))["success"], True, "ping")
        await member.hears("pong")


if __name__ == "__main__":
    tests = []
    for namespace in ["/", "/graph"]:
        for way, transports in TRANSPORTS.items():
            for test in [what_rest_does_reaches_every_member, commands_are_answered_and_mistakes_are_told]:
                called = functools.partial(test, namespace, transports)
                name = f"{test.__name__} on {namespace} by {way}"
                tests.append((name, lambda called=called: asyncio.run(called())))
    run(tests)
