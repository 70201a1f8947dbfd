"""What clients of the contract rely on, with python-socketio's synchronous client: on / and on /graph, by
every transport. Where no socket is needed there is none.
"""

import contextlib
import functools
import threading

import socketio

from support import NOBODY, PATIENCE, SERVER, TRANSPORTS, Log, Project, equal, get, post, run

NAMESPACES = ["/", "/graph"]


class Member:
    """A client in a namespace, with the record of what it was told."""

    def __init__(self, namespace):
        self.namespace, self.log = namespace, Log()
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda event, *args: self.log.add(event, *args[:1]), namespace=namespace)
        self.socket.on("connect_error", lambda *args: self.log.add("(refused)", *args), namespace=namespace)
        self.socket.on("disconnect", lambda *_: self.log.add("(disconnect)"), namespace=namespace)

    def connect(self, transports, auth=None):
        options = {"namespaces": [self.namespace], "transports": transports, "wait_timeout": PATIENCE}
        self.socket.connect(SERVER, auth=auth, **options)

    def disconnect(self):
        """Disconnects, waiting a second at most: a client that polls and just answers a ping forgets to say
        that it goes, and then waits for the next ping."""
        thread = threading.Thread(target=self.socket.disconnect, daemon=True)
        thread.start()
        thread.join(1)

    @property
    def id(self):
        return self.socket.get_sid(self.namespace)

    def ask(self, event, data=None):
        return self.socket.call(event, data, namespace=self.namespace, timeout=PATIENCE)

    def join(self, project):
        answer = self.ask("join_session", {"session_id": project.session_id})
        equal(answer["success"], True, f"join_session answered {answer}")
        return answer


@contextlib.contextmanager
def members(count, namespace, transports, auth=None):
    """So many connected clients, disconnected at the end."""
    with contextlib.ExitStack() as stack:
        all_of_them = []
        for _ in range(count):
            member = Member(namespace)
            stack.callback(member.disconnect)
            member.connect(transports, auth)
            all_of_them.append(member)
        yield all_of_them


# C-152, C-154, C-204
def a_new_project_has_a_session_that_several_clients_join(namespace, transports):
    project = Project()
    equal(project.status, 201, "status")
    equal({"project_id", "session_id", "graph"} <= set(project.made), True, "fields of a new project")
    equal(len(project.made["graph"]["roots"]), 1, "roots")
    with members(2, namespace, transports) as (one, two):
        equal(one.join(project)["active_clients"], 1, "the first's active_clients")
        equal(two.join(project)["active_clients"], 2, "the second's active_clients")
        for member in (one, two):
            joined = member.log.hears("joined")
            equal((joined["session_id"], joined["client_id"]), (project.session_id, member.id), "joined")
        told = one.log.hears("session:connected", lambda event: event["client_id"] == two.id)
        equal(told["active_clients"], 2, "session:connected")


# C-205, C-206
def a_node_made_by_rest_and_its_undo_reach_every_member(namespace, transports):
    project = Project()
    with members(2, namespace, transports) as both:
        for member in both:
            member.join(project)
        status, answer = project.create_node("Strip down")
        equal((status, answer["success"]), (200, True), "execute")
        for member in both:
            event = member.log.hears("node-created")
            equal(event["event"], "node-created", "event")
            equal((event["node_id"], event["name"]), (answer["node_id"], "Strip down"), "node")
            equal((event["session_id"], event["seq"]), (project.session_id, 2), "session and seq")
        status, undone = project.undo()
        equal((status, undone["success"]), (200, True), "undo")
        for member in both:
            equal(member.log.hears("node-deleted")["node_id"], answer["node_id"], "node-deleted")
            undo = member.log.hears("command:undo")
            equal((undo["event"], undo["undone_command_id"]), ("command:undo", answer["command_id"]), "undo")
            equal(member.log.names().count("node-created"), 1, "times that node-created came")


def every_event_comes_once(namespace, transports):
    project = Project()
    with members(1, namespace, transports) as (member,):
        member.join(project)
        for n in range(20):
            project.create_node(f"Phase {n}")
        member.log.hears("command:executed", lambda event: event["result"]["seq"] == 21)
        # This client handles each event in a thread of its own: their order is lost there.
        for seq in range(2, 22):
            member.log.hears("node-created", lambda event, seq=seq: event["seq"] == seq)
        equal(len(member.log.payloads("node-created")), 20, "events")


def a_command_over_the_socket_is_answered_and_attributed(namespace, transports):
    project = Project()
    with members(1, namespace, transports, {"user_id": "ada", "name": "Ada"}) as (member,):
        member.join(project)
        data = {"parent_id": project.root_id, "blueprint_type_id": "phase", "name": "Größe \U0001d54a"}
        command = {"session_id": project.session_id, "command_type": "CreateNode", "data": data}
        answer = member.ask("execute_command", command)
        equal((answer["success"], answer["seq"]), (True, 2), f"execute_command answered {answer}")
        event = member.log.hears("node-created")
        equal(event["name"], data["name"], "name")
        equal(event["author"], {"user_id": "ada", "name": "Ada", "client_id": member.id}, "author")
        equal(member.ask("undo", {"session_id": project.session_id})["success"], True, "undo")
        refused = member.ask("execute_command", {**command, "data": b"\x01\x02"})
        equal(refused["error"]["code"], "INVALID_REQUEST", "binary data")


def older_names_come_on_graph_alone(namespace, transports):
    project = Project()
    with members(1, namespace, transports) as (member,):
        member.join(project)
        project.create_node("Paint")
        project.undo()
        project.create_node("The last")
        member.log.hears("command:executed", lambda event: event["result"]["seq"] == 5)
        if namespace == "/graph":
            member.log.hears("command-executed", lambda event: event["result"]["seq"] == 5)
        older = {"session-connected", "command-executing", "command-executed", "undo"}
        equal(older & set(member.log.names()), older if namespace == "/graph" else set(), "older names")


def who_leaves_hears_no_more_and_who_disconnects_leaves_the_session_working(namespace, transports):
    project = Project()
    with members(3, namespace, transports) as (stays, leaves, goes):
        for member in (stays, leaves, goes):
            member.join(project)
        equal(leaves.ask("leave_session", {"session_id": project.session_id})["success"], True, "leave")
        equal(leaves.log.hears("left")["client_id"], leaves.id, "left")
        gone = goes.id
        goes.disconnect()
        stays.log.hears("session:disconnected", lambda event: event["client_id"] == gone)
        equal(project.create_node("Still here")[0], 200, "execute")
        equal(stays.log.hears("node-created")["name"], "Still here", "name")
        leaves.ask("ping")
        equal(leaves.log.payloads("node-created"), [], "what came to who left")
        equal(project.info()[1]["active_clients"], 1, "active_clients")


def what_is_wrong_is_told_and_nobody_is_disconnected_by_it(namespace, transports):
    with members(1, namespace, transports) as (member,):
        equal(member.ask("join_session", {})["error"]["code"], "INVALID_REQUEST", "code")
        equal(member.log.hears("error")["message"], "Missing session_id", "message")
        equal(member.ask("no_such_event", {"x": 1})["success"], False, "an unknown event")
        member.socket.emit("no_such_event", "without an acknowledgement", namespace=namespace)
        equal(member.ask("join_session", {"session_id": NOBODY})["error"]["code"], "INVALID_SESSION", "code")
        member.socket.emit("ping", namespace=namespace)
        member.log.hears("pong")
        equal((member.socket.connected, member.log.names().count("(disconnect)")), (True, 0), "connected")


def a_bad_auth_is_a_refused_connection(namespace, transports):
    member = Member(namespace)

    def connect():
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            member.connect(transports, {"user_id": ""})
            member.log.add("(let in)")

    # In a thread, since it disconnects before it says that it was refused.
    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    refused = member.log.hears("(refused)")
    equal(refused["data"], {"code": "INVALID_REQUEST"}, "why")
    thread.join(1)
    equal(member.log.names().count("(let in)"), 0, "times that it was let in")


def info_and_list_of_sessions_say_what_there_is():
    project = Project()
    status, info = project.info()
    equal((status, info["session_id"], info["has_project"]), (200, project.session_id, True), "info")
    equal(info["project_id"], project.made["project_id"], "project_id")
    fields = {"session_id", "created_at", "last_activity", "active_clients", "has_project"}
    status, listed = get("/sessions")
    mine = [session for session in listed["sessions"] if session["session_id"] == project.session_id]
    equal((status, listed["total"], len(mine)), (200, len(listed["sessions"]), 1), "sessions")
    equal((fields <= set(mine[0]), fields <= set(info)), (True, True), "fields")


# C-207
def a_client_with_rest_alone_never_needs_a_socket():
    project = Project()
    status, answer = project.create_node("Engine")
    equal((status, answer["success"], answer["undo_available"]), (200, True, True), "execute")
    counts = [project.info()[1]["node_count"] for _ in range(2)]
    equal(counts, [2, 2], "node_count, read twice")
    equal(project.undo()[0], 200, "undo")
    equal(post(f"/sessions/{project.session_id}/redo")[0], 200, "redo")
    status, tree = get(f"/sessions/{project.session_id}/graph/tree")
    equal((status, tree["roots"][0]["children"][0]["name"]), (200, "Engine"), "tree")
    equal(project.info()[1]["active_clients"], 0, "active_clients")


def what_is_unknown_is_an_error_with_a_code():
    equal(get(f"/sessions/{NOBODY}/info")[0], 404, "an unknown session")
    status, refused = post("/projects", {"template_id": "no-such-template", "project_name": "X"})
    equal((status, refused["error"]["code"]), (400, "INVALID_TEMPLATE"), "an invalid template")
    status, listed = get("/templates")
    equal((status, bool(listed["templates"])), (200, True), "templates")


WITHOUT_SOCKETS = [
    info_and_list_of_sessions_say_what_there_is,
    a_client_with_rest_alone_never_needs_a_socket,
    what_is_unknown_is_an_error_with_a_code,
]
WITH_SOCKETS = [
    a_new_project_has_a_session_that_several_clients_join,
    a_node_made_by_rest_and_its_undo_reach_every_member,
    every_event_comes_once,
    a_command_over_the_socket_is_answered_and_attributed,
    older_names_come_on_graph_alone,
    who_leaves_hears_no_more_and_who_disconnects_leaves_the_session_working,
    what_is_wrong_is_told_and_nobody_is_disconnected_by_it,
    a_bad_auth_is_a_refused_connection,
]

if __name__ == "__main__":
    tests = [(test.__name__, test) for test in WITHOUT_SOCKETS]
    for namespace in NAMESPACES:
        for way, transports in TRANSPORTS.items():
            place = f"on {namespace} by {way}"
            tests += [
                (f"{test.__name__} {place}", functools.partial(test, namespace, transports))
                for test in WITH_SOCKETS
            ]
    run(tests)
