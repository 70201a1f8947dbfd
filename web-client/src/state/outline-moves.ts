/**
 * How nodes change their places in the outline, as the moves that say so. Places are told by neighbours and not by numbers: they
 * stay right when others move something in the meantime.
 */

import type { MoveNodeData } from '@protocol';
import { ancestors, isWithin, type ReadableGraph } from '../core/index.ts';

/** Of some nodes those that are below no other of them. */
export function topmostOf(graph: ReadableGraph, ids: readonly string[]): string[] {
  const all = new Set(ids);
  return [...all].filter((id) => graph.node(id) && !ancestors(graph, id).some((above) => all.has(above)));
}

/** Puts each node last under the sibling above it. The ids come in the order of the tree. */
export function indent(graph: ReadableGraph, ids: readonly string[]): MoveNodeData[] {
  const moved = new Set(topmostOf(graph, ids));
  return [...moved].flatMap((id) => {
    const above = neighbour(graph, id, -1, moved);
    return above ? [{ node_id: id, new_parent_id: above, position: 'last' as const }] : [];
  });
}

/** Puts each node behind its parent. What stands below a root stays there: a project has one root as a rule. */
export function outdent(graph: ReadableGraph, ids: readonly string[]): MoveNodeData[] {
  const behind = new Map<string, string>();
  return topmostOf(graph, ids).flatMap((id) => {
    const parentId = graph.node(id)?.parentId;
    const above = parentId ? graph.node(parentId)?.parentId : undefined;
    if (!parentId || !above) return [];
    const after = behind.get(parentId) ?? parentId;
    behind.set(parentId, id);
    return [{ node_id: id, new_parent_id: above, after }];
  });
}

/** Puts each node before the sibling above it, or behind the one below it; those that stand together stay together. */
export function shift(graph: ReadableGraph, ids: readonly string[], by: 1 | -1): MoveNodeData[] {
  const moved = new Set(topmostOf(graph, ids));
  // Downwards the last goes first, so that none is in another's way.
  const order = by < 0 ? [...moved] : [...moved].reverse();
  return order.flatMap((id) => {
    const beside = neighbour(graph, id, by, moved);
    if (!beside) return [];
    const parentId = graph.node(id)?.parentId ?? null;
    return [{ node_id: id, new_parent_id: parentId, ...(by < 0 ? { before: beside } : { after: beside }) }];
  });
}

/** The nearest sibling in a direction that is none of some. */
function neighbour(
  graph: ReadableGraph,
  id: string,
  by: 1 | -1,
  but: ReadonlySet<string>,
): string | undefined {
  const siblings = graph.children(graph.node(id)?.parentId ?? null);
  let at = siblings.indexOf(id) + by;
  while (but.has(siblings[at] ?? '')) at += by;
  return siblings[at];
}

/** Where something is let go: beside a node, or below it as its last child. */
export interface Landing {
  readonly where: 'before' | 'after' | 'below';
  readonly id: string;
}

/** The parent that nodes get by a landing. */
export function parentAt(graph: ReadableGraph, { where, id }: Landing): string | null {
  return where === 'below' ? id : (graph.node(id)?.parentId ?? null);
}

/** Whether nodes can land there: not below themselves, and not beside the only root. */
export function canLand(graph: ReadableGraph, ids: readonly string[], landing: Landing): boolean {
  const parentId = parentAt(graph, landing);
  if (parentId === null) return graph.children(null).length > 1;
  return graph.node(landing.id) !== undefined && !ids.some((id) => isWithin(graph, parentId, id));
}

/** The moves of a landing, the nodes staying in their order; none if all is as it was, or cannot be. */
export function land(graph: ReadableGraph, ids: readonly string[], landing: Landing): MoveNodeData[] {
  const moved = topmostOf(graph, ids);
  if (!canLand(graph, moved, landing) || isThere(graph, moved, landing)) return [];
  const parentId = parentAt(graph, landing);
  if (landing.where === 'below') {
    return moved.map((id) => ({ node_id: id, new_parent_id: parentId, position: 'last' }));
  }
  const anchor = anchorOf(graph, new Set(moved), landing);
  if (!anchor) return moved.map((id) => ({ node_id: id, new_parent_id: parentId, position: 'last' }));
  if ('before' in anchor) return moved.map((id) => ({ node_id: id, new_parent_id: parentId, ...anchor }));
  return moved.map((id, at) => ({
    node_id: id,
    new_parent_id: parentId,
    after: moved[at - 1] ?? anchor.after,
  }));
}

/** What stays where it is, right beside the landing; undefined if nothing does. */
function anchorOf(
  graph: ReadableGraph,
  moved: ReadonlySet<string>,
  { where, id }: Landing,
): { before: string } | { after: string } | undefined {
  if (!moved.has(id)) return where === 'before' ? { before: id } : { after: id };
  const after = neighbour(graph, id, -1, moved);
  if (after) return { after };
  const before = neighbour(graph, id, 1, moved);
  return before ? { before } : undefined;
}

/** Whether nodes stand where they would land. */
function isThere(graph: ReadableGraph, moved: readonly string[], landing: Landing): boolean {
  const siblings = graph.children(parentAt(graph, landing));
  const gone = new Set(moved);
  const others = siblings.filter((id) => !gone.has(id));
  let at = others.length;
  if (landing.where !== 'below') {
    const from = siblings.indexOf(landing.id) + (landing.where === 'after' ? 1 : 0);
    at = siblings.slice(0, from).filter((id) => !gone.has(id)).length;
  }
  const then = others.toSpliced(at, 0, ...moved);
  return then.length === siblings.length && then.every((id, index) => id === siblings[index]);
}

/** What is selected once nodes are gone: the next one that stays, else one before, else the one above. */
export function leftBy(graph: ReadableGraph, ids: readonly string[]): string | undefined {
  const gone = new Set(topmostOf(graph, ids));
  const last = [...gone].at(-1);
  if (last === undefined) return undefined;
  const beside = neighbour(graph, last, 1, gone) ?? neighbour(graph, last, -1, gone);
  return beside ?? graph.node(last)?.parentId ?? undefined;
}
