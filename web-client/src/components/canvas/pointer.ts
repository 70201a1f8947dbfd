/**
 * Pointers that mean the same to everybody.
 *
 * Where a card stands depends on what somebody has opened, and on the direction of the tree; so a bare place on one canvas is another
 * node on the next one. What is told is a place on a canvas that all have in common: every node of the graph in the order of the outline, a row
 * each, a column a level. A pointer keeps its distance to the card that it is nearest to.
 */

import type { ReadableGraph } from '../../core/index.ts';
import type { Point } from './curves.ts';
import { CARD, type Layout, type Placed, pitch, shownFor } from './layout.ts';

const ROW = 72;
const COLUMN = 280;
/** A pointer further off would be taken for one at the next row. */
const HALF = 0.49;

/** All nodes, in the order of the outline. */
export interface Rows {
  readonly ids: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly depths: readonly number[];
}

export function rowsOf(graph: ReadableGraph): Rows {
  const ids: string[] = [];
  const depths: number[] = [];
  const waiting = graph.children(null).map((id) => ({ id, depth: 0 }));
  waiting.reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { id, depth } = next;
    ids.push(id);
    depths.push(depth);
    for (const child of graph.children(id).toReversed()) waiting.push({ id: child, depth: depth + 1 });
  }
  return { ids, depths, rowOf: new Map(ids.map((id, row) => [id, row])) };
}

/** What to tell of a pointer on this canvas. */
export function tell(layout: Layout, rows: Rows, { x, y }: Point): Point | null {
  const card = nearest(layout, x, y);
  const row = card && rows.rowOf.get(card.id);
  if (!card || row === undefined) return null;
  const step = pitch(layout.direction);
  const across = (x - card.x - CARD.width / 2) / step.x;
  const down = clamp((y - card.y - CARD.height / 2) / step.y);
  return { x: round((card.depth + across) * COLUMN), y: round((row + down) * ROW) };
}

/** Where on this canvas a pointer is that was told; undefined if its node is nowhere. */
export function understand(graph: ReadableGraph, layout: Layout, rows: Rows, told: Point): Point | undefined {
  const row = Math.min(Math.max(Math.round(told.y / ROW), 0), rows.ids.length - 1);
  const id = rows.ids[row];
  const card = id === undefined ? undefined : shownFor(graph, layout, id);
  if (!card) return undefined;
  const step = pitch(layout.direction);
  // At a card that stands for a hidden node it is on the card itself.
  const isItself = card.id === id;
  const across = isItself ? told.x / COLUMN - (rows.depths[row] ?? 0) : 0;
  const down = isItself ? clamp(told.y / ROW - row) : 0;
  return { x: card.x + CARD.width / 2 + across * step.x, y: card.y + CARD.height / 2 + down * step.y };
}

function nearest(layout: Layout, x: number, y: number): Placed | undefined {
  const step = pitch(layout.direction);
  let best: Placed | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const card of layout.cards) {
    const across = (x - card.x - CARD.width / 2) / step.x;
    const down = (y - card.y - CARD.height / 2) / step.y;
    const distance = across * across + down * down;
    if (distance < least) [best, least] = [card, distance];
  }
  return best;
}

function clamp(part: number): number {
  return Math.min(Math.max(part, -HALF), HALF);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
