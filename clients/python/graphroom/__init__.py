"""A client of Graphroom's native protocol, `/ws/v1`: plain JSON frames over a WebSocket.

`Session` is one project's room: it joins, keeps a `Graph` up to date by events, repeats commands until they are
answered, and comes back by itself after a break.
"""

from .graph import Graph, Node
from .session import Closed, Refused, Session

__all__ = ["Closed", "Graph", "Node", "Refused", "Session"]
