/**
 * Graphs of the past that were read, so that going back and forth does not read them again. The oldest go first.
 */

import type { GraphTree } from '@protocol';

/** How many nodes are kept in all. */
const MOST_NODES = 120_000;

interface Kept {
  readonly tree: GraphTree;
  readonly nodes: number;
}

export class PastGraphs {
  readonly #most: number;
  /** By their place; what was used last comes last. */
  readonly #kept = new Map<number, Kept>();
  #nodes = 0;

  constructor(most = MOST_NODES) {
    this.#most = most;
  }

  get(seq: number): GraphTree | undefined {
    const kept = this.#kept.get(seq);
    if (!kept) return undefined;
    this.#kept.delete(seq);
    this.#kept.set(seq, kept);
    return kept.tree;
  }

  keep(seq: number, tree: GraphTree): void {
    if (this.#kept.has(seq)) return;
    const nodes = count(tree);
    this.#kept.set(seq, { tree, nodes });
    this.#nodes += nodes;
    for (const [oldest, kept] of this.#kept) {
      if (this.#nodes <= this.#most || oldest === seq) return;
      this.#kept.delete(oldest);
      this.#nodes -= kept.nodes;
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#nodes = 0;
  }
}

/** An empty graph counts too. */
function count({ roots }: GraphTree): number {
  let nodes = 1;
  const waiting = [...roots];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    nodes += 1;
    for (const child of node.children) waiting.push(child);
  }
  return nodes;
}
