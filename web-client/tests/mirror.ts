/**
 * A copy of a replica that is kept by its changes alone, as components keep what they show.
 */

import { expect } from 'vitest';
import type { Change, GraphNode, Replica } from '../src/core/index.ts';

export class Mirror {
  readonly nodes = new Map<string, GraphNode>();
  readonly lists = new Map<string | null, readonly string[]>();
  readonly #replica: Replica;

  constructor(replica: Replica) {
    this.#replica = replica;
    replica.subscribe((change) => this.#hear(change));
  }

  #hear({ nodes, lists, everything }: Change) {
    if (everything) {
      this.nodes.clear();
      this.lists.clear();
    }
    for (const id of everything ? this.#replica.ids() : nodes) this.#read(id);
    for (const id of everything ? [null, ...this.#replica.ids()] : lists) this.#list(id);
  }

  #read(id: string) {
    const node = this.#replica.node(id);
    if (node) this.nodes.set(id, node);
    else this.nodes.delete(id);
  }

  #list(id: string | null) {
    const ids = this.#replica.children(id);
    if (ids.length > 0) this.lists.set(id, ids);
    else this.lists.delete(id);
  }

  /** It shows what the replica has. */
  check() {
    const wrong: (string | null)[] = [];
    for (const id of this.#replica.ids()) if (this.nodes.get(id) !== this.#replica.node(id)) wrong.push(id);
    for (const id of [null, ...this.#replica.ids()]) {
      const [own, there] = [this.lists.get(id) ?? [], this.#replica.children(id)];
      if (own.length !== there.length || own.some((child, at) => child !== there[at])) wrong.push(id);
    }
    expect(wrong).toEqual([]);
    expect(this.nodes.size).toBe(this.#replica.size);
  }
}
