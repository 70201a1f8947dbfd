"""The graph of a project as events leave it. It knows nothing of connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


@dataclass
class Node:
    """A node, and the ids of its children in their order."""

    id: str
    blueprint_type_id: str
    name: str
    created_at: str
    parent_id: str | None = None
    blocked_by: str | None = None
    properties: JSON = field(default_factory=dict)
    children: list[str] = field(default_factory=list)


class Graph:
    """Nodes by id, and the ids of the roots in their order."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.roots: list[str] = []

    @classmethod
    def read(cls, graph: JSON) -> Graph:
        """The graph as answers carry it: `{"roots": [node…]}`, each node with its children in it."""
        found = cls()
        waiting = [(root, None) for root in reversed(graph["roots"])]
        while waiting:
            node, parent = waiting.pop()
            found._add(node, parent, None)
            waiting.extend((child, node["id"]) for child in reversed(node["children"]))
        return found

    def below(self, node_id: str) -> Iterator[Node]:
        """A node and everything under it, parents first."""
        node = self.nodes[node_id]
        yield node
        for child in node.children:
            yield from self.below(child)

    def take(self, event: JSON) -> bool:
        """Does what a graph event says. False if it says that the graph has to be read again."""
        match event["event"]:
            case "node-created":
                self._add(event["node"], event["parent_id"], event["index"])
            case "node-deleted":
                self._remove(event)
            case "node-updated":
                self.nodes[event["node_id"]].name = event["name"]
            case "property-changed" if event["property_id"] != "name":
                self.nodes[event["node_id"]].properties[event["property_id"]] = event["new_value"]
            case "property-deleted":
                self.nodes[event["node_id"]].properties.pop(event["property_id"], None)
            case "node-unlinked":
                # It is the last root until it is linked.
                self._move(event["child_id"], None, None)
            case "node-linked":
                self._move(event["child_id"], event["parent_id"], event["index"])
            case "blocking-changed":
                self.nodes[event["blocked_node_id"]].blocked_by = event["blocking_node_id"]
            case "graph-replaced":
                return False
        return True

    def _siblings(self, parent: str | None) -> list[str]:
        return self.roots if parent is None else self.nodes[parent].children

    def _list(self, node_id: str, parent: str | None, index: int | None) -> None:
        siblings = self._siblings(parent)
        siblings.insert(len(siblings) if index is None else index, node_id)

    def _add(self, node: JSON, parent: str | None, index: int | None) -> None:
        self._list(node["id"], parent, index)
        self.nodes[node["id"]] = Node(
            id=node["id"],
            blueprint_type_id=node["blueprint_type_id"],
            name=node["name"],
            created_at=node["created_at"],
            parent_id=parent,
            blocked_by=node["blocked_by"],
            properties=dict(node["properties"]),
        )

    def _move(self, node_id: str, parent: str | None, index: int | None) -> None:
        node = self.nodes[node_id]
        # An index counts siblings with the node itself taken out.
        self._siblings(node.parent_id).remove(node_id)
        node.parent_id = parent
        self._list(node_id, parent, index)

    def _remove(self, event: JSON) -> None:
        self._siblings(event["parent_id"]).remove(event["node_id"])
        gone = set(event["node_ids"])
        for node_id in gone:
            del self.nodes[node_id]
        for node in self.nodes.values():
            if node.blocked_by in gone:
                node.blocked_by = None
