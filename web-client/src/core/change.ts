/**
 * The ways to change a graph. Each keeps nodes and lists in step, and changes nothing where it cannot be done.
 */

import { type GraphNode, isWithin, subtree, type WritableGraph } from './graph.ts';

/** Adds a node to its parent's children, last without an index. */
export function insert(graph: WritableGraph, node: GraphNode, index?: number): boolean {
  if (graph.node(node.id) || (node.parentId !== null && !graph.node(node.parentId))) return false;
  graph.put(node);
  enlist(graph, node.id, node.parentId, index);
  return true;
}

/** Takes a node away with everything below it; who waited for one of them waits no longer. */
export function remove(graph: WritableGraph, id: string): boolean {
  const node = graph.node(id);
  if (!node) return false;
  const gone = new Set(subtree(graph, id));
  delist(graph, node);
  for (const below of gone) graph.drop(below);
  for (const other of [...graph.waiting()]) {
    const waiting = graph.node(other);
    if (waiting?.blockedBy && gone.has(waiting.blockedBy)) graph.put({ ...waiting, blockedBy: null });
  }
  return true;
}

/** Puts a node elsewhere. The index counts siblings with the node taken out; last without one. */
export function place(graph: WritableGraph, id: string, parentId: string | null, index?: number): boolean {
  const node = graph.node(id);
  if (!node || (parentId !== null && (!graph.node(parentId) || isWithin(graph, parentId, id)))) return false;
  delist(graph, node);
  if (node.parentId !== parentId) graph.put({ ...node, parentId });
  enlist(graph, id, parentId, index);
  return true;
}

export function rename(graph: WritableGraph, id: string, name: string): boolean {
  const node = graph.node(id);
  if (!node) return false;
  if (node.name !== name) graph.put({ ...node, name });
  return true;
}

/** Writes a property; deletes it for undefined or null. */
export function write(graph: WritableGraph, id: string, propertyId: string, value: unknown): boolean {
  const node = graph.node(id);
  if (!node) return false;
  const next = value ?? undefined;
  if (node.properties[propertyId] === next) return true;
  const { [propertyId]: _, ...others } = node.properties;
  graph.put({
    ...node,
    properties: next === undefined ? others : { ...node.properties, [propertyId]: next },
  });
  return true;
}

/** Says what a node waits for: nothing for null. */
export function block(graph: WritableGraph, id: string, blockedBy: string | null): boolean {
  const node = graph.node(id);
  if (!node || (blockedBy !== null && !graph.node(blockedBy))) return false;
  if (node.blockedBy !== blockedBy) graph.put({ ...node, blockedBy });
  return true;
}

function enlist(graph: WritableGraph, id: string, parentId: string | null, index = Number.POSITIVE_INFINITY) {
  const siblings = graph.children(parentId);
  graph.setChildren(parentId, siblings.toSpliced(Math.min(Math.max(index, 0), siblings.length), 0, id));
}

function delist(graph: WritableGraph, node: GraphNode) {
  const siblings = graph.children(node.parentId);
  graph.setChildren(
    node.parentId,
    siblings.filter((id) => id !== node.id),
  );
}
