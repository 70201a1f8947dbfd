/**
 * What waits for what, as the canvas shows it, and which relations and moves are possible.
 */

import { isWithin, type ReadableGraph } from '../../core/index.ts';
import { type Layout, shownFor } from './layout.ts';

/** A line from what blocks to what waits. */
export interface Relation {
  readonly id: string;
  /** The cards that it runs between. */
  readonly from: string;
  readonly to: string;
  /** The node that waits, if both ends show; null where cards stand for nodes that they hide. */
  readonly blocked: string | null;
}

/** The lines to draw. Nodes that are hidden are stood for by the nearest card above them; lines within one card are none. */
export function relations(graph: ReadableGraph, layout: Layout): Relation[] {
  const found = new Map<string, Relation>();
  for (const id of graph.ids()) {
    const blocker = graph.node(id)?.blockedBy;
    if (!blocker) continue;
    const [from, to] = [shownFor(graph, layout, blocker), shownFor(graph, layout, id)];
    if (!from || !to || from === to) continue;
    const isWhole = from.id === blocker && to.id === id;
    const key = `${from.id}>${to.id}`;
    // Of several between the same cards the one that can be taken away counts.
    if (isWhole || !found.has(key))
      found.set(key, { id: key, from: from.id, to: to.id, blocked: isWhole ? id : null });
  }
  return [...found.values()];
}

/** Whether a node may wait for another one: not for itself, and not for what waits for it. */
export function canWait(graph: ReadableGraph, blocked: string, blocker: string): boolean {
  const seen = new Set<string>();
  for (let at: string | null | undefined = blocker; at && !seen.has(at); at = graph.node(at)?.blockedBy) {
    if (at === blocked) return false;
    seen.add(at);
  }
  return Boolean(graph.node(blocked) && graph.node(blocker));
}

/** Whether nodes may move below another one: not below themselves, and not to where all of them are. */
export function canMoveBelow(graph: ReadableGraph, ids: readonly string[], targetId: string): boolean {
  if (ids.some((id) => isWithin(graph, targetId, id))) return false;
  return ids.some((id) => graph.node(id)?.parentId !== targetId);
}
