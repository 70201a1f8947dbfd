"""A client of a gateway that streams an assistant's tokens, as such clients were written for the server that it replaces.

It asks for tokens, connects, talks, and comes back; what it does not find as it knows it, it stops at.
"""

import asyncio
import json
import os
import urllib.request
from datetime import datetime

import websockets

URL = os.environ["GRAPHROOM_URL"]
# As long as the client waits for any frame.
PATIENCE = 30


def ask_for_tokens(client_id: str) -> dict:
    body = {"client_id": client_id, "device_name": "Python Example Client", "device_type": "python"}
    request = urllib.request.Request(
        f"{URL}/auth/token",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200, answer.status
        return json.load(answer)


def now() -> str:
    return datetime.now().isoformat()


async def receive(socket) -> dict:
    return json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))


async def connect(token: str):
    address = URL.replace("http", "ws", 1)
    socket = await websockets.connect(f"{address}/ws/chat?token={token}")
    ack = await receive(socket)
    assert ack["type"] == "connection_ack", ack
    assert ack["session_id"] and ack["client_id"] and ack["timestamp"], ack
    return socket


async def talk(socket, content: str, conversation_id: str) -> tuple[str, dict]:
    """The whole answer, and the frame that ended it."""
    message = {"type": "chat", "content": content, "conversation_id": conversation_id, "timestamp": now()}
    await socket.send(json.dumps(message))
    said = ""
    while True:
        frame = await receive(socket)
        match frame["type"]:
            case "token":
                said += frame["token"]
            case "complete" | "error":
                return said, frame
            case "ping":
                await socket.send(json.dumps({"type": "pong", "timestamp": now()}))
            case "system":
                raise AssertionError(frame)


async def main() -> None:
    tokens = ask_for_tokens("python_client_001")
    assert tokens["token_type"] == "bearer" and tokens["expires_in"] == 86400, tokens
    print("ok tokens are given out")
    socket = await connect(tokens["access_token"])
    print("ok the first frame is connection_ack")
    for number in range(5):
        said, end = await talk(socket, f"Question {number}", "example")
        assert end["type"] == "complete", end
        assert said == "Hello there", said
        assert end["total_tokens"] > 0 and end["latency_ms"] > 0, end
    print("ok five answers, one after the other, none lost")
    await socket.send("not valid json")
    error = await receive(socket)
    assert error["type"] == "error" and error["code"] == "INVALID_JSON", error
    print("ok what is no JSON is an error")
    await socket.close()
    socket = await connect(tokens["access_token"])
    said, end = await talk(socket, "And again?", "example")
    assert end["type"] == "complete", end
    await socket.close()
    print("ok it comes back")
    several = await asyncio.gather(*(connect(ask_for_tokens(f"device_{n}")["access_token"]) for n in range(10)))
    ends = await asyncio.gather(*(talk(one, "All at once", "example") for one in several))
    assert all(end["type"] == "complete" for _, end in ends), ends
    await asyncio.gather(*(one.close() for one in several))
    print("ok ten at once")


asyncio.run(main())
