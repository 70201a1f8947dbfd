/**
 * Nodes by a part of their name. Pure.
 */

import type { GraphNode, ReadableGraph } from '../../core/index.ts';

/**
 * Some nodes whose names contain a text, whatever the case, in the order of the tree; those whose names begin with it come first.
 *
 * @param limit how many at most; as many are looked for twice over, so that the better ones can come first
 */
export function findNodes(
  graph: ReadableGraph,
  text: string,
  limit: number,
  isWanted: (node: GraphNode) => boolean,
): GraphNode[] {
  const part = text.trim().toLowerCase();
  const first: GraphNode[] = [];
  const later: GraphNode[] = [];
  const waiting = graph.children(null).toReversed();
  for (let id = waiting.pop(); id !== undefined && first.length < limit; id = waiting.pop()) {
    for (const child of graph.children(id).toReversed()) waiting.push(child);
    const node = graph.node(id);
    const at = node?.name.toLowerCase().indexOf(part) ?? -1;
    if (!node || at < 0 || !isWanted(node)) continue;
    if (at === 0) first.push(node);
    else if (later.length < limit) later.push(node);
  }
  return [...first, ...later].slice(0, limit);
}

/** Whether a node waits for another one, or for one that waits for it, and so on. */
export function waitsFor(graph: ReadableGraph, id: string, other: string): boolean {
  const seen = new Set<string>();
  for (let at: string | null | undefined = id; at && !seen.has(at); at = graph.node(at)?.blockedBy) {
    if (at === other) return true;
    seen.add(at);
  }
  return false;
}

/** The names above a node, the root's first. */
export function pathOf(graph: ReadableGraph, { parentId }: GraphNode): string {
  const names: string[] = [];
  for (let at = parentId; at; at = graph.node(at)?.parentId ?? null)
    names.unshift(graph.node(at)?.name ?? '');
  return names.join(' › ');
}
