"""Clients of a conversation engine's event stream, as they were written for the server that it replaces.

A dashboard that asks for the state again and again, and a client that opens the stream, hears it, loses it and comes
back to its session; beside them an engine, which publishes what it does. What they do not find as they know it, they
stop at.

Proves FEED-2 and FEED-6 (docs/behaviour.md).
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid

import websocket

URL = os.environ["GRAPHROOM_URL"]
# As long as the dashboard waits for an answer.
TIMEOUT = 2
# As long as the client waits before it comes back.
RECONNECT = 3
# As long as the client waits for any frame.
PATIENCE = 30
ENVELOPE = ["message_id", "event_type", "timestamp", "payload", "phase_id", "turn_id"]


def get(path: str) -> tuple[int, object]:
    """What the dashboard asks: a refusal is an answer, too."""
    for _ in range(10):
        try:
            with urllib.request.urlopen(f"{URL}{path}", timeout=TIMEOUT) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except (TimeoutError, urllib.error.URLError):
            # A machine with other work: the dashboard asks again.
            continue
    raise AssertionError(f"{path} was not answered")


class Engine:
    """Publishes what a conversation engine does."""

    def __init__(self, session_id: str) -> None:
        self.url = f"{URL}/api/v1/sessions/{session_id}/events"

    def publish(self, event_type: str, payload: dict, **envelope) -> str:
        body = json.dumps({"event_type": event_type, "payload": payload, **envelope}).encode()
        request = urllib.request.Request(self.url, data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert answer.status == 201, answer.status
            return json.load(answer)["message_id"]

    def signal(self, name: str, **payload) -> str:
        return self.publish("signal", {"event_name": name, **payload})

    def take_a_turn(self, number: int) -> None:
        now = time.time()
        self.signal("vad.speech_started", timestamp=now, turn_id=number)
        self.signal("vad.speech_ended", timestamp=now, duration_sec=1.5, turn_id=number)
        self.signal("turn.started", timestamp=now, turn_id=number, reason="silence", phase_id="part1")
        self.signal("llm.generation_start", model="small", backend="local")
        self.signal("llm.generation_complete", tokens_generated=12, backend="local")
        self.signal("tts.speaking_started", timestamp=now, text_preview="Where", turn_id=number, phase_id="part1")
        said = {"human_transcript": f"Answer {number}", "ai_transcript": f"Question {number}"}
        self.signal("turn.completed", timestamp=now, turn_id=number, total_latency_ms=640, phase_id="part1", **said)
        self.signal("tts.speaking_ended", timestamp=now, turn_id=number)


EVENTS_OF_A_TURN = 8


class Client:
    """Opens the stream, and says first which session it wants."""

    def __init__(self, session_id: str | None = None, **request) -> None:
        address = URL.replace("http", "ws", 1)
        self.socket = websocket.create_connection(f"{address}/ws", timeout=PATIENCE)
        first = {"session_id": session_id, "phase_profile": None, "user_agent": "Python Client/1.0", **request}
        self.socket.send(json.dumps(first))
        self.seen: set[str] = set()
        created = self.receive()
        assert created["event_type"] == "session_created", created
        assert created["phase_id"] is None and created["turn_id"] is None, created
        self.session_id = created["payload"]["session_id"]
        self.state = created["payload"]["state"]
        assert uuid.UUID(self.session_id).version == 4, created
        assert isinstance(created["payload"]["created_at"], float), created

    def receive(self) -> dict:
        frame = json.loads(self.socket.recv())
        assert list(frame) == ENVELOPE, frame
        assert frame["message_id"].startswith("msg_") and len(frame["message_id"]) == 12, frame
        assert isinstance(frame["timestamp"], float), frame
        # As the client's own list of what it has: nothing comes twice.
        assert frame["message_id"] not in self.seen, frame
        self.seen.add(frame["message_id"])
        return frame

    def next_event(self) -> dict:
        while True:
            frame = self.receive()
            if frame["event_type"] != "heartbeat":
                return frame
            assert frame["payload"] == {}, frame

    def events(self, count: int) -> list[dict]:
        return [self.next_event() for _ in range(count)]

    def heartbeat(self) -> None:
        self.socket.send(json.dumps({"type": "heartbeat", "timestamp": time.time()}))


def closed_with(request: str) -> int:
    address = URL.replace("http", "ws", 1)
    socket = websocket.create_connection(f"{address}/ws", timeout=PATIENCE)
    socket.send(request)
    code, frame = socket.recv_data(control_frame=True)
    assert code == websocket.ABNF.OPCODE_CLOSE, (code, frame)
    socket.close()
    return int.from_bytes(frame[:2], "big")


def dashboard_sees_no_engine() -> None:
    status, state = get("/api/state")
    assert (status, state["detail"]) == (503, "Engine not initialized"), state
    status, limitations = get("/api/limitations")
    assert status == 200 and len(limitations) >= 1, limitations
    for one in limitations:
        assert set(one) == {"limitation", "workaround", "planned_fix", "phase"}, one
    status, health = get("/api/health")
    assert (status, health["status"], health["engine_running"]) == (200, "healthy", False), health


def dashboard_sees(turn: int) -> None:
    status, state = get("/api/state")
    assert status == 200, state
    assert list(state) == ["phase", "speaker", "turn_id", "history", "is_processing"], state
    assert state["phase"]["current_phase_id"] == "part1", state
    assert [one["status"] for one in state["phase"]["progress"]] == ["completed", "active"], state
    assert state["speaker"]["speaker"] == "silence" and not state["is_processing"], state
    assert state["turn_id"] == turn, state
    last = state["history"][-2:]
    assert [one["speaker"] for one in last] == ["human", "ai"], state
    assert last[0]["duration_sec"] == 1.5 and last[1]["latency_ms"] == 640, state
    status, history = get("/api/conversation/history?limit=1")
    assert status == 200 and history["total"] == 2 * turn and len(history["turns"]) == 1, history
    assert get("/api/health")[1]["engine_running"] is True


def main() -> None:
    dashboard_sees_no_engine()
    print("ok the dashboard sees that there is no engine")
    client = Client(phase_profile="ielts_full_exam")
    assert client.state == "initializing", client.state
    print("ok the first frame is session_created")
    engine = Engine(client.session_id)
    engine.publish("phase_change", {"old_phase": "greeting", "new_phase": "part1"}, phase_id="part1")
    change = client.next_event()
    assert change["event_type"] == "phase_change" and change["phase_id"] == "part1", change
    engine.take_a_turn(1)
    turn = client.events(EVENTS_OF_A_TURN)
    assert all(one["event_type"] == "signal" for one in turn), turn
    assert turn[0]["payload"]["event_name"] == "vad.speech_started", turn
    assert turn[-1]["payload"]["event_name"] == "tts.speaking_ended", turn
    print("ok what the engine does comes as it happens")
    dashboard_sees(1)
    print("ok the dashboard sees the phase, who speaks and what was said")
    assert client.receive()["event_type"] == "heartbeat"
    client.heartbeat()
    assert client.receive()["event_type"] == "heartbeat"
    print("ok heartbeats come while nothing else does, and nothing answers the client's own")
    last = turn[-1]["message_id"]
    client.socket.close()
    publishing = threading.Thread(target=engine.take_a_turn, args=(2,))
    publishing.start()
    time.sleep(RECONNECT)
    publishing.join()
    again = Client(client.session_id, last_event_id=last)
    assert (again.session_id, again.state) == (client.session_id, "active")
    replayed = again.events(1 + 2 * EVENTS_OF_A_TURN)
    assert replayed[: 1 + EVENTS_OF_A_TURN] == [change, *turn], replayed
    print("ok it comes back after three seconds, and what it has comes by the same names")
    behind = Client(client.session_id, last_message_id=last)
    assert behind.events(EVENTS_OF_A_TURN) == replayed[1 + EVENTS_OF_A_TURN :]
    engine.take_a_turn(3)
    assert behind.events(EVENTS_OF_A_TURN) == again.events(EVENTS_OF_A_TURN)
    dashboard_sees(3)
    print("ok who says what it has last hears only what it missed, and both hear the same from then on")
    assert closed_with("not valid json") == 1002
    assert closed_with(json.dumps({"session_id": str(uuid.uuid4())})) == 4001
    others = [Client(client.session_id) for _ in range(3)]
    assert closed_with("{}") == 4029
    for one in [again, behind, *others]:
        one.socket.close()
    print("ok refusals have the codes that it knows")


main()
