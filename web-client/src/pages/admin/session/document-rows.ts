/**
 * A graph as rows: each node behind its parent, deeper by one.
 */

import type { GraphTree, NodeTree } from '@protocol';

export interface DocumentRow {
  readonly node: NodeTree;
  readonly depth: number;
  /** How many nodes are below it. */
  readonly below: number;
}

export function rowsOf({ roots }: GraphTree): DocumentRow[] {
  const rows: DocumentRow[] = [];
  // No recursion: a chain of nodes may be deeper than a stack. A node is passed a second time once all below it are there.
  const waiting: { node: NodeTree; depth: number; at?: number }[] = [];
  const add = (nodes: readonly NodeTree[], depth: number) => {
    for (const node of nodes.toReversed()) waiting.push({ node, depth });
  };
  add(roots, 0);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth, at } = next;
    if (at !== undefined) {
      rows[at] = { node, depth, below: rows.length - at - 1 };
      continue;
    }
    waiting.push({ node, depth, at: rows.length });
    rows.push({ node, depth, below: 0 });
    add(node.children, depth + 1);
  }
  return rows;
}

/** The rows whose name, type or id has a text in it. */
export function rowsWith(rows: readonly DocumentRow[], text: string): readonly DocumentRow[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return rows;
  return rows.filter(({ node: { name, blueprint_type_id, id } }) =>
    `${name}\n${blueprint_type_id}\n${id}`.toLowerCase().includes(wanted),
  );
}

/** What is known of a node, without the nodes below it. */
export function shownOf({ children, ...node }: NodeTree): Record<string, unknown> {
  return { ...node, children: children.map(({ id }) => id) };
}
