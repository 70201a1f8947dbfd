"""Two members with python-socketio's asynchronous client that survive whatever is done to their
connections. As members.mjs they join whenever they are connected and print a JSON line for everything
that happens to them. Not a test by itself.

    python members.py SESSION

The synchronous client is no use here: it handles each packet in a thread of its own, in any order.
"""

import asyncio
import json
import os
import sys

import socketio

from support import SERVER

PAYLOADS = "GRAPHROOM_PAYLOADS" in os.environ


def say(member, **what):
    print(json.dumps({"member": member, **what}), flush=True)


def hear(member, event, payload=None):
    """Tells of a graph event."""
    if isinstance(payload, dict) and "seq" in payload and event != "joined":
        say(member, seq=payload["seq"], **({"name": event, "payload": payload} if PAYLOADS else {}))


async def stay(session_id, namespace, transport):
    member = f"python on {namespace} by {transport}"
    client = socketio.AsyncClient(reconnection_delay=0.2, reconnection_delay_max=1)

    async def join():
        request = {"session_id": session_id, "lifecycle": False}
        # Told by the callback, in the order in which it came.
        await client.emit("join_session", request, namespace, lambda answer: say(member, joined=answer["seq"]))

    client.on("*", lambda event, *args: hear(member, event, *args[:1]), namespace=namespace)
    client.on("connect", join, namespace=namespace)
    client.on("disconnect", lambda *_: say(member, disconnected=True), namespace=namespace)
    await client.connect(SERVER, namespaces=[namespace], transports=[transport], retry=True)
    await client.wait()


async def main(session_id):
    await asyncio.gather(stay(session_id, "/", "websocket"), stay(session_id, "/graph", "polling"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
