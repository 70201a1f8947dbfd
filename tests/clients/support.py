"""What the Python scripts beside this file share: REST calls, a record of what a client was told, waiting
for a condition, and running tests one after the other. No assertion about the server stands here.
"""

import json
import os
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request

#: Where the server under test listens.
SERVER = os.environ.get("GRAPHROOM_URL", "http://127.0.0.1:5000")
#: How long anything may take before a test says what it was waiting for, in seconds.
PATIENCE = 10
#: A valid id that names nothing.
NOBODY = "00000000-0000-4000-8000-000000000000"

#: The ways to connect that python-socketio has.
TRANSPORTS = {
    "polling": ["polling"],
    "websocket": ["websocket"],
    "polling, then websocket": ["polling", "websocket"],
}

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def request(method, path, body=None):
    """One HTTP exchange: the status and the JSON that came."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if body is not None else {}
    asked = urllib.request.Request(SERVER + path, data=data, headers=headers, method=method)
    try:
        with _opener.open(asked, timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def get(path):
    return request("GET", "/api/v1" + path)


def post(path, body=None):
    return request("POST", "/api/v1" + path, body)


class Project:
    """A project of its own for a test."""

    def __init__(self, name="A test project"):
        body = {"template_id": "restomod", "project_name": name}
        self.status, self.made = post("/projects", body)
        self.session_id = self.made["session_id"]
        self.root_id = self.made["graph"]["roots"][0]["id"]

    def create_node(self, name):
        """A phase made by REST: the answer."""
        data = {"parent_id": self.root_id, "blueprint_type_id": "phase", "name": name}
        body = {"session_id": self.session_id, "command_type": "CreateNode", "data": data}
        return post("/commands/execute", body)

    def undo(self):
        return post(f"/sessions/{self.session_id}/undo")

    def info(self):
        return get(f"/sessions/{self.session_id}/info")


class Log:
    """Every event that a client was told, in order. Told from any thread."""

    def __init__(self):
        self._entries = []
        self._told = threading.Condition()

    def add(self, name, payload=None):
        # The welcome comes whenever it comes, beside what a test is about.
        if name == "connection_established":
            return
        with self._told:
            self._entries.append((name, payload))
            self._told.notify_all()

    def names(self):
        with self._told:
            return [name for name, _ in self._entries]

    def payloads(self, name):
        with self._told:
            return [payload for entry, payload in self._entries if entry == name]

    def find(self, name, matches=lambda payload: True):
        """The first event of this name that matches, as a list of one; an empty one while there is none."""
        return [payload for payload in self.payloads(name) if matches(payload)][:1]

    def hears(self, name, matches=lambda payload: True):
        """Waits for that event and gives its payload."""
        end = time.monotonic() + PATIENCE
        with self._told:
            while not (found := [p for entry, p in self._entries if entry == name and matches(p)]):
                if not self._told.wait(end - time.monotonic()):
                    heard = ", ".join(entry for entry, _ in self._entries)
                    raise AssertionError(f"{name} never came; heard: {heard or 'nothing'}")
        return found[0]


def equal(actual, expected, what=""):
    """Says what differs, which a bare assert does not."""
    if actual != expected:
        raise AssertionError(f"{what or 'value'}: expected {expected!r}, got {actual!r}")


def run(tests):
    """Runs (name, test) pairs, says what became of each, and ends the process: 1 if one failed."""
    failed = 0
    for name, test in tests:
        try:
            test()
        except BaseException:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED  {name}")
            traceback.print_exc(file=sys.stdout)
        else:
            print(f"ok      {name}")
    print(f"# {len(tests) - failed} passed, {failed} failed")
    # Threads of a client that a failed test left behind must not keep the process.
    sys.stdout.flush()
    os._exit(1 if failed or not tests else 0)
