/**
 * A graph of nodes in memory: what a node is, how graphs are read and written, and two of them.
 *
 * Nodes and lists of children are never changed in place: who holds one sees whether it is still the present one by comparing
 * references. No rules are checked here; see `change.ts` for the ways to change a graph.
 */

import type { CreatedNode, GraphTree, NodeTree } from '@protocol';

/** A node without its place among its siblings, which its parent's list has. */
export interface GraphNode {
  readonly id: string;
  /** The id of its type in the project's template. */
  readonly type: string;
  readonly name: string;
  /** Values by property id; the name is not among them. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Null at the roots. */
  readonly parentId: string | null;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The node that it waits for. */
  readonly blockedBy: string | null;
}

/** A graph that can be read. */
export interface ReadableGraph {
  node(id: string): GraphNode | undefined;
  /** The ids below a node in their order; the roots for null. */
  children(parentId: string | null): readonly string[];
  /** Every id, in no particular order. */
  ids(): Iterable<string>;
  readonly size: number;
}

/** A graph that can be changed. Who changes it keeps nodes and lists in step: `change.ts`. */
export interface WritableGraph extends ReadableGraph {
  /** The ids of nodes that wait for another one. */
  waiting(): Iterable<string>;
  put(node: GraphNode): void;
  drop(id: string): void;
  setChildren(parentId: string | null, ids: readonly string[]): void;
}

const NONE: readonly string[] = [];

/** A graph that stands for itself. */
export class Graph implements WritableGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #children = new Map<string | null, readonly string[]>();
  readonly #waiting = new Set<string>();

  /** The graph as routes and joins answer it. */
  static of(tree: GraphTree): Graph {
    const graph = new Graph();
    // A stack of its own: a graph may be deeper than calls.
    const waiting: [string | null, readonly NodeTree[]][] = [[null, tree.roots]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [parentId, nodes] = next;
      graph.setChildren(
        parentId,
        nodes.map((node) => node.id),
      );
      for (const node of nodes) {
        graph.put(nodeOf(node, parentId));
        if (node.children.length > 0) waiting.push([node.id, node.children]);
      }
    }
    return graph;
  }

  node(id: string): GraphNode | undefined {
    return this.#nodes.get(id);
  }

  children(parentId: string | null): readonly string[] {
    return this.#children.get(parentId) ?? NONE;
  }

  ids(): Iterable<string> {
    return this.#nodes.keys();
  }

  get size(): number {
    return this.#nodes.size;
  }

  waiting(): Iterable<string> {
    return this.#waiting;
  }

  put(node: GraphNode): void {
    this.#nodes.set(node.id, node);
    if (node.blockedBy === null) this.#waiting.delete(node.id);
    else this.#waiting.add(node.id);
  }

  drop(id: string): void {
    this.#nodes.delete(id);
    this.#children.delete(id);
    this.#waiting.delete(id);
  }

  setChildren(parentId: string | null, ids: readonly string[]): void {
    if (ids.length > 0) this.#children.set(parentId, ids);
    else this.#children.delete(parentId);
  }
}

/** A graph that differs from another one, which it does not change. */
export class Overlay implements WritableGraph {
  readonly #base: WritableGraph;
  /** Null for what is not there any more. */
  readonly #nodes = new Map<string, GraphNode | null>();
  readonly #children = new Map<string | null, readonly string[]>();
  readonly #waiting = new Set<string>();
  #more = 0;

  constructor(base: WritableGraph) {
    this.#base = base;
  }

  node(id: string): GraphNode | undefined {
    const own = this.#nodes.get(id);
    return own === undefined ? this.#base.node(id) : (own ?? undefined);
  }

  children(parentId: string | null): readonly string[] {
    return this.#children.get(parentId) ?? this.#base.children(parentId);
  }

  *ids(): Iterable<string> {
    for (const id of this.#base.ids()) if (this.#nodes.get(id) !== null) yield id;
    for (const [id, node] of this.#nodes) if (node && !this.#base.node(id)) yield id;
  }

  get size(): number {
    return this.#base.size + this.#more;
  }

  *waiting(): Iterable<string> {
    for (const id of this.#base.waiting()) if (!this.#nodes.has(id)) yield id;
    yield* this.#waiting;
  }

  put(node: GraphNode): void {
    if (!this.node(node.id)) this.#more += 1;
    this.#nodes.set(node.id, node);
    if (node.blockedBy === null) this.#waiting.delete(node.id);
    else this.#waiting.add(node.id);
  }

  drop(id: string): void {
    if (this.node(id)) this.#more -= 1;
    this.#nodes.set(id, null);
    this.#children.set(id, NONE);
    this.#waiting.delete(id);
  }

  setChildren(parentId: string | null, ids: readonly string[]): void {
    this.#children.set(parentId, ids);
  }
}

/** A node as a tree, or the event that made it, tells it. */
export function nodeOf(node: CreatedNode | NodeTree, parentId: string | null): GraphNode {
  return {
    id: node.id,
    type: node.blueprint_type_id,
    name: node.name,
    properties: node.properties,
    parentId,
    createdAt: node.created_at,
    blockedBy: node.blocked_by,
  };
}

/** The ids of a node and everything below it, parents first. */
export function subtree(graph: ReadableGraph, id: string): string[] {
  const found: string[] = [];
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    // One by one: a call takes only so many arguments.
    for (const child of graph.children(next).toReversed()) waiting.push(child);
  }
  return found;
}

/** The ids of what is above a node, the root's first; the node itself is not among them. */
export function ancestors(graph: ReadableGraph, id: string): string[] {
  const above: string[] = [];
  for (let at = graph.node(id)?.parentId; at; at = graph.node(at)?.parentId) above.unshift(at);
  return above;
}

/** Whether a node is below another one, or is it. */
export function isWithin(graph: ReadableGraph, id: string, above: string): boolean {
  for (let at: string | null | undefined = id; at; at = graph.node(at)?.parentId)
    if (at === above) return true;
  return false;
}

/** Where a node stands among its siblings; -1 if it is not there. */
export function indexOf(graph: ReadableGraph, id: string): number {
  const node = graph.node(id);
  return node ? graph.children(node.parentId).indexOf(id) : -1;
}
