"""The client of `clients/python` in a room whose server is killed and comes back, as long as whoever runs this says:
every command is done once, and every replica is the server's graph.
"""

import asyncio

import example
from graphroom import Closed, Graph, Refused, Session
from support import SERVER, request

#: Commands of each client.
COMMANDS = 40
#: How long anything may take.
PATIENCE = 120


def as_read(graph):
    """What can be compared of a graph."""
    return graph.roots, {node_id: vars(node) for node_id, node in graph.nodes.items()}


def served(session_id):
    status, answer = request("GET", f"/api/v1/sessions/{session_id}/graph")
    assert status == 200, answer
    return answer


async def work(session, name, half):
    """Makes nodes and moves, names, changes and deletes some of them; says when half of it is done."""
    root = session.graph.roots[0]
    made = []
    for n in range(COMMANDS // 4):
        if n == COMMANDS // 8:
            half()
        data = {"parent_id": root, "blueprint_type_id": "phase", "name": f"{name} {n}"}
        answer = await session.execute("CreateNode", data)
        assert answer["node_id"] in session.graph.nodes, "what is answered is there already"
        made.append(answer["node_id"])
        value = {"node_id": root, "property_id": "notes", "new_value": f"{name} {n}"}
        await session.execute("UpdateProperty", value)
        await session.execute("ReorderNode", {"node_id": made[-1], "new_index": 0})
        if n % 3 == 2:
            await session.execute("DeleteNode", {"node_id": made.pop(0)})
            await session.undo()
    return made


async def until(what, condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)
    print(f"ok {what}", flush=True)


async def sessions_outlive_a_server(session_id):
    heard = []
    waiting = 2

    def half():
        nonlocal waiting
        waiting -= 1
        if waiting == 0:
            print("half", flush=True)

    ada = Session(SERVER, session_id, user_id="ada")
    bob = Session(SERVER, session_id, user_id="bob", on_event=heard.append)
    async with ada, bob:
        made = await asyncio.gather(work(ada, "ada", half), work(bob, "bob", half))
        await until("both came back after the break", lambda: ada.joins > 1 and bob.joins > 1)
        head = served(session_id)
        await until("both know everything", lambda: ada.seq == bob.seq == head["seq"])
        assert as_read(ada.graph) == as_read(bob.graph) == as_read(Graph.read(head["graph"]))
        print("ok both have the server's graph", flush=True)
        names = sorted(node.name for node in ada.graph.nodes.values() if node.blueprint_type_id == "phase")
        assert names == sorted(f"{name} {n}" for name in ("ada", "bob") for n in range(COMMANDS // 4)), names
        assert all(node_id in ada.graph.nodes for of_one in made for node_id in of_one)
        print("ok every node is there once", flush=True)
        seqs = [event["seq"] for event in heard]
        assert seqs == sorted(set(seqs)), seqs
        print("ok events came once and in order", flush=True)


async def refusals_are_told(session_id):
    async with Session(SERVER, session_id) as session:
        for command_type, data in (("DeleteNode", {"node_id": "none"}), ("Nonsense", {})):
            try:
                await session.execute(command_type, data)
                raise AssertionError(f"{command_type} was taken")
            except Refused as refused:
                assert refused.code and str(refused), refused
        name = {"command_id": "once"}
        again = [await session.execute("CreateNode", {"blueprint_type_id": "phase", "name": "Once"}, **name) for _ in "ab"]
        assert again[0]["node_id"] == again[1]["node_id"] and again[1]["duplicate"], again
    try:
        await session.execute("CreateNode", {})
        raise AssertionError("it is closed")
    except Closed:
        pass
    try:
        async with Session(SERVER, "00000000-0000-4000-8000-000000000000"):
            raise AssertionError("there is no such session")
    except Refused as refused:
        assert refused.code == "INVALID_SESSION", refused.code
    print("ok refusals are told", flush=True)


async def a_replaced_graph_is_read_anew(session_id):
    status, file = request("GET", f"/api/v1/projects/{project_of(session_id)}/export")
    assert status == 200, file
    async with Session(SERVER, session_id) as session:
        await session.execute("CreateNode", {"blueprint_type_id": "phase", "name": "Not in the file"})
        status, answer = request("POST", f"/api/v1/sessions/{session_id}/load-graph?graph=none", file)
        assert status == 200, answer
        await until("a replaced graph is read anew", lambda: session.seq >= answer["seq"])
        assert as_read(session.graph) == as_read(Graph.read(served(session_id)["graph"]))


async def who_is_ended_does_not_come_back(session_id):
    async with Session(SERVER, session_id, user_id="eve") as session:
        status, ended = request("POST", "/api/v1/admin/disconnect", {"user_id": "eve", "reason": "Enough"})
        assert (status, ended["disconnected"]) == (200, 1), ended
        try:
            while True:
                await session.execute("UpdateProperty", {"node_id": session.graph.roots[0], "property_id": "notes", "new_value": "x"})
        except Closed as closed:
            assert (closed.code, closed.reason) == (1000, "Enough"), closed
        assert session.joins == 1
    print("ok who is ended does not come back", flush=True)


def project_of(session_id):
    return request("GET", f"/api/v1/sessions/{session_id}/info")[1]["project_id"]


async def main():
    await sessions_outlive_a_server(example.make_project(SERVER))
    await refusals_are_told(example.make_project(SERVER))
    await a_replaced_graph_is_read_anew(example.make_project(SERVER))
    await who_is_ended_does_not_come_back(example.make_project(SERVER))
    await example.main(SERVER)
    print("ok the example", flush=True)


async def in_time():
    async with asyncio.timeout(4 * PATIENCE):
        await main()


asyncio.run(in_time())
