"""Two people in one room, by plain WebSocket: `python example.py http://127.0.0.1:5000`"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request

from graphroom import Refused, Session


def make_project(url: str) -> str:
    """Makes a project over REST: the id of its session."""
    body = json.dumps({"template_id": "restomod", "project_name": "Mustang"}).encode()
    request = urllib.request.Request(f"{url}/api/v1/projects", body, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        return json.load(answer)["session_id"]


async def main(url: str) -> None:
    session_id = make_project(url)
    heard: asyncio.Queue[dict] = asyncio.Queue()
    async with Session(url, session_id, user_id="ada") as ada, Session(
        url, session_id, user_id="bob", on_event=heard.put_nowait
    ) as bob:
        root = ada.graph.roots[0]
        # Ada's own graph has the node when the command returns; Bob's has it when he hears of it.
        made = await ada.execute("CreateNode", {"parent_id": root, "blueprint_type_id": "phase", "name": "Body"})
        event = await heard.get()
        print(f"bob hears {event['event']} by {event['author']['user_id']}: {bob.graph.nodes[made['node_id']].name}")
        await ada.undo()
        await heard.get()
        print(f"taken back: {made['node_id'] not in ada.graph.nodes}")
        try:
            await bob.execute("DeleteNode", {"node_id": made["node_id"]})
        except Refused as refused:
            print(f"refused: {refused.code}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
