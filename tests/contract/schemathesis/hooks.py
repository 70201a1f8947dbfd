"""What Schemathesis cannot find out by itself: ids of things that are there, and what an error of form is.

Generated ids name nothing, so without these hooks hardly a request would get past the first look at it.
"""

import os
import random
import uuid

import requests
import schemathesis

SERVER = os.environ["GRAPHROOM_URL"]
CHANCE = random.Random(int(os.environ["GRAPHROOM_SEED"]))

# So many calls see the same project, unless one of them deletes it.
CALLS = 25

TYPES = ["project_root", "phase", "job", "task", "part"]
PROPERTIES = ["vehicle", "vin", "budget", "status", "start_date", "priority", "notes", "quantity"]
# Fields of a command that name a node which is there.
NODES = {
    "parent_id", "child_id", "new_parent_id", "after", "before", "target_id", "kit_root_id", "blocked_node_id",
    "blocking_node_id", "node_id",
}

# What the document says in words alone: rules between fields, a limit in bytes, the one property that every node
# has, and which places a journal has.
SAID_IN_WORDS = (
    "the only one of index, after, before and position",
    "1 to 256 bytes",
    "a string: it is the node's name",
    "given as name",
    "is no base64",
    "other than name: every node has one",
    "is beyond the head of the journal",
    "is in the middle of a command",
    "one of connection_id, user_id and session_id",
    "at most one of project_id and user_id",
    "Only graph events can be waited for here",
    "and only for kind=published",
    "is one of the server's own",
    "is what only the server says",
)


class Scene:
    """A project with some nodes, made anew every now and then."""

    MESSAGES = ["first", "second", "third"]

    def __init__(self):
        self.calls = 0
        self.project = None

    def look(self):
        """Makes sure that there is a project, and that it was not used too often."""
        if self.project is None or self.calls >= CALLS:
            self.make()
        self.calls += 1
        return self

    def make(self):
        body = {"template_id": "restomod", "project_name": "Generated", "strict": CHANCE.random() < 0.3}
        made = self.post("projects", body)
        self.calls, self.project, self.session = 0, made["project_id"], made["session_id"]
        self.nodes = [made["graph"]["roots"][0]["id"]]
        for kind in ["phase", "phase", "job", "task"]:
            data = {"blueprint_type_id": kind, "parent_id": self.nodes[0 if kind == "phase" else -1]}
            command = {"session_id": self.session, "command_type": "CreateNode", "data": data}
            self.nodes.append(self.post("commands/execute?graph=none", command)["node_id"])
        self.conversation = self.post("conversations", {"project_id": self.project})["conversation_id"]
        for message in self.MESSAGES:
            body = {"message_id": message, "text": "Hello"}
            self.post(f"conversations/{self.conversation}/messages", body)

    @staticmethod
    def post(path, body):
        answer = requests.post(f"{SERVER}/api/v1/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def value_of(self, name, is_new_node, is_body):
        """Something that is there, for a field or a parameter with this name; None if there is no such."""
        if name == "node_id" and is_new_node:
            return str(uuid.UUID(int=CHANCE.getrandbits(128), version=4))
        if name in NODES:
            return CHANCE.choice(self.nodes)
        return {
            "session_id": self.session,
            "project_id": self.project,
            "conversation_id": self.conversation,
            # A message that is to be sent has a name of its own.
            "message_id": None if is_body else CHANCE.choice(self.MESSAGES),
            "template_id": "restomod",
            "blueprint_type_id": CHANCE.choice(TYPES),
            "property_id": CHANCE.choice(PROPERTIES),
            "property_key": CHANCE.choice(PROPERTIES),
        }.get(name)

    def fill(self, fields, is_new_node=False, is_body=True):
        """Puts what is there in the place of most texts that only look like it."""
        if not isinstance(fields, dict):
            return
        is_new_node = fields.get("command_type") == "CreateNode" or is_new_node
        for name, value in fields.items():
            if name == "commands" and isinstance(value, list):
                for command in value:
                    self.fill(command)
            elif name == "data":
                self.fill(value, is_new_node)
            elif isinstance(value, str) and value and CHANCE.random() < 0.85:
                fields[name] = self.value_of(name, is_new_node, is_body) or value


SCENE = Scene()


@schemathesis.hook
def before_call(context, case, kwargs):
    scene = SCENE.look()
    # A step that follows from another one knows its ids from that.
    if "Stateful" not in type(case.meta.phase.data).__name__:
        scene.fill(case.path_parameters, is_body=False)
        scene.fill(case.query, is_body=False)
    # An answer that is waited for says the same as one that is not, only later.
    if isinstance(case.query, dict) and isinstance(case.query.get("wait"), int) and 1 < case.query["wait"] <= 60:
        case.query["wait"] = 1
    scene.fill(case.body)
    # Nobody else is to be refused.
    if case.operation.path.endswith("/admin/maintenance") and isinstance(case.body, dict):
        if case.body.get("enabled") is True:
            case.body["enabled"] = False
    if case.operation.method.upper() == "DELETE":
        scene.project = None


@schemathesis.check
def valid_data_is_not_called_malformed(ctx, response, case):
    """A 400 to what the document allows is about the graph or about what is not there, never about the form."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    answer = response.json()
    # Beside /api/v1 an error has another form.
    error = answer.get("error") or {"code": answer["code"], "message": str(answer["detail"])}
    if error["message"].endswith(SAID_IN_WORDS):
        return
    assert error["code"] not in ("INVALID_REQUEST", "INVALID_COMMAND"), error["message"]
