/**
 * What is open when a project is opened: all of a small one, and of a large one as many whole levels as fit.
 */

import type { ReadableGraph } from '../../core/index.ts';

/** About so many cards are a good first view. */
export const FIRST_CARDS = 300;

/** The nodes to open. Roots are always open: a lone card says nothing. */
export function firstOpen(graph: ReadableGraph, limit = FIRST_CARDS): Set<string> {
  const roots = graph.children(null);
  const open = new Set(roots);
  let level = roots.flatMap((id) => graph.children(id));
  let count = roots.length + level.length;
  while (level.length > 0) {
    const next = level.flatMap((id) => graph.children(id));
    count += next.length;
    if (count > limit) break;
    for (const id of level) if (graph.children(id).length > 0) open.add(id);
    level = next;
  }
  return open;
}

/** Whether nobody has opened or closed anything yet: only roots are open. */
export function isUntouched(graph: ReadableGraph, open: ReadonlySet<string>): boolean {
  return (
    [...open].every((id) => graph.node(id)?.parentId === null) && open.size <= graph.children(null).length
  );
}
