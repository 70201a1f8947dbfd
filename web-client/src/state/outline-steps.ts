/**
 * Where a key leads in the outline, as in trees of files.
 */

import type { ReadableGraph } from '../core/index.ts';
import type { Rows } from './outline-rows.ts';

export type Way = 'up' | 'down' | 'first' | 'last' | 'page-up' | 'page-down';

/** The row that a way leads to; the one that it starts from at the ends. */
export function stepFrom(rows: Rows, from: string | undefined, way: Way, page: number): string | undefined {
  const at = from === undefined ? undefined : rows.indexes.get(from);
  const last = rows.list.length - 1;
  if (at === undefined) return rows.list[way === 'last' ? last : 0]?.id;
  const to = { up: at - 1, down: at + 1, first: 0, last, 'page-up': at - page, 'page-down': at + page }[way];
  return rows.list[Math.min(Math.max(to, 0), last)]?.id;
}

/** What the keys to the right and to the left do. */
export type Turn = { readonly open: string } | { readonly close: string } | { readonly go: string };

/** To the right: shows what is below the node, or goes there. */
export function rightOf(graph: ReadableGraph, expanded: ReadonlySet<string>, id: string): Turn | undefined {
  const first = graph.children(id)[0];
  if (first === undefined) return undefined;
  return expanded.has(id) ? { go: first } : { open: id };
}

/** To the left: hides what is below the node, or goes above it. */
export function leftOf(graph: ReadableGraph, expanded: ReadonlySet<string>, id: string): Turn | undefined {
  if (expanded.has(id) && graph.children(id).length > 0) return { close: id };
  const parentId = graph.node(id)?.parentId;
  return parentId ? { go: parentId } : undefined;
}

/** The row whose name begins with what was typed: from the next one on for one letter, however often; else from this one on. */
export function typedAt(
  rows: Rows,
  nameOf: (id: string) => string,
  from: string | undefined,
  typed: string,
): string | undefined {
  const letters = [...typed.toLocaleLowerCase()];
  const isOneLetter = letters.every((letter) => letter === letters[0]);
  const wanted = isOneLetter ? (letters[0] ?? '') : letters.join('');
  const at = (from === undefined ? undefined : rows.indexes.get(from)) ?? -1;
  const start = isOneLetter ? at + 1 : Math.max(at, 0);
  for (let step = 0; step < rows.list.length; step += 1) {
    const id = rows.list[(start + step) % rows.list.length]?.id;
    if (id && nameOf(id).toLocaleLowerCase().startsWith(wanted)) return id;
  }
  return undefined;
}
