/**
 * The rows of the outline: the part of the tree that shows, from top to bottom. It knows no screen.
 */

import type { ReadableGraph } from '../core/index.ts';

/** One row, with what assistive technology wants to know of its place. */
export interface Row {
  readonly id: string;
  /** 1 for the roots. */
  readonly level: number;
  /** Its place among its siblings, from 1. */
  readonly position: number;
  /** How many siblings there are, itself among them. */
  readonly siblings: number;
}

export interface Rows {
  readonly list: readonly Row[];
  /** Where each node that shows stands in the list. */
  readonly indexes: ReadonlyMap<string, number>;
  /** The deepest level that shows. */
  readonly depth: number;
  /** The lists of children that the rows were made from. */
  readonly sources: ReadonlyMap<string | null, readonly string[]>;
}

/** The rows that show if the children of these nodes do. */
export function rowsOf(graph: ReadableGraph, expanded: ReadonlySet<string>): Rows {
  const list: Row[] = [];
  const indexes = new Map<string, number>();
  const sources = new Map<string | null, readonly string[]>();
  let depth = 0;
  // A stack of its own: a tree may be deeper than calls.
  const open: { ids: readonly string[]; next: number }[] = [];
  const enter = (parentId: string | null) => {
    const ids = graph.children(parentId);
    sources.set(parentId, ids);
    if (ids.length > 0) open.push({ ids, next: 0 });
  };
  enter(null);
  for (let at = open.at(-1); at; at = open.at(-1)) {
    const id = at.ids[at.next];
    if (id === undefined) {
      open.pop();
      continue;
    }
    at.next += 1;
    const level = open.length;
    depth = Math.max(depth, level);
    indexes.set(id, list.length);
    list.push({ id, level, position: at.next, siblings: at.ids.length });
    // The list that ends here is left before another one is entered, but its level counts.
    if (expanded.has(id)) enter(id);
  }
  return { list, indexes, depth, sources };
}

/** Whether these are the rows of the graph still. Lists are never changed in place: comparing references is enough. */
export function areRowsOf(rows: Rows, graph: ReadableGraph): boolean {
  for (const [parentId, ids] of rows.sources) if (graph.children(parentId) !== ids) return false;
  return true;
}

/** The node itself if it shows, else the nearest above it that does. */
export function shownAt(rows: Rows, graph: ReadableGraph, id: string | undefined): string | undefined {
  for (let at: string | null | undefined = id; at; at = graph.node(at)?.parentId)
    if (rows.indexes.has(at)) return at;
  return undefined;
}

/** The ids of the rows from one to another, in the order of going there: the other is the last. */
export function between(rows: Rows, from: string, to: string): string[] {
  const [first, last] = [rows.indexes.get(from), rows.indexes.get(to)];
  if (first === undefined || last === undefined) return [to];
  const ids = rows.list.slice(Math.min(first, last), Math.max(first, last) + 1).map(({ id }) => id);
  return first <= last ? ids : ids.reverse();
}

/** The ids in the order in which their rows stand; what does not show comes last. */
export function inOrder(rows: Rows, ids: readonly string[]): string[] {
  const place = (id: string) => rows.indexes.get(id) ?? Number.MAX_SAFE_INTEGER;
  return [...ids].sort((one, other) => place(one) - place(other));
}

/**
 * By how many rows what is in view was shifted, where rows came or went above it: 0 if that cannot be said of both
 * its ends.
 */
export function shiftOf(before: Rows, after: Rows, first: number, last: number): number {
  const shift = (index: number) => {
    const row = before.list[index];
    const now = row && after.indexes.get(row.id);
    return now === undefined ? undefined : now - index;
  };
  const top = shift(first);
  return top !== undefined && top === shift(last) ? top : 0;
}
