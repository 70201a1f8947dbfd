/**
 * Tells components of the nodes and lists that they show, and of no others.
 */

import type { Change, ReadableGraph } from '../core/index.ts';

type Listener = () => void;

/** A graph that changes, with listeners for each part of it. */
export class WatchedGraph implements ReadableGraph {
  #graph: ReadableGraph;
  #version = 0;
  #shape = 0;
  readonly #nodes = new Map<string, Set<Listener>>();
  readonly #lists = new Map<string | null, Set<Listener>>();
  readonly #all = new Set<Listener>();

  constructor(graph: ReadableGraph) {
    this.#graph = graph;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  /** Another number after nodes came, went or moved. */
  get shape(): number {
    return this.#shape;
  }

  node(id: string) {
    return this.#graph.node(id);
  }

  children(parentId: string | null) {
    return this.#graph.children(parentId);
  }

  ids() {
    return this.#graph.ids();
  }

  get size() {
    return this.#graph.size;
  }

  /** Shows another graph: the present one, or one of the past. */
  show(graph: ReadableGraph): void {
    if (graph === this.#graph) return;
    this.#graph = graph;
    this.changed({ nodes: new Set(), lists: new Set(), everything: true });
  }

  onNode(id: string, listener: Listener): () => void {
    return listen(this.#nodes, id, listener);
  }

  onList(parentId: string | null, listener: Listener): () => void {
    return listen(this.#lists, parentId, listener);
  }

  onAny(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  changed({ nodes, lists, everything }: Change): void {
    this.#version += 1;
    if (everything || lists.size > 0) this.#shape += 1;
    if (everything) {
      for (const listeners of [...this.#nodes.values(), ...this.#lists.values()]) call(listeners);
    } else {
      for (const id of nodes) call(this.#nodes.get(id));
      for (const parentId of lists) call(this.#lists.get(parentId));
    }
    call(this.#all);
  }
}

function listen<Key>(all: Map<Key, Set<Listener>>, key: Key, listener: Listener): () => void {
  const listeners = all.get(key) ?? new Set();
  all.set(key, listeners.add(listener));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && all.get(key) === listeners) all.delete(key);
  };
}

function call(listeners: Iterable<Listener> | undefined) {
  for (const listener of [...(listeners ?? [])]) listener();
}
