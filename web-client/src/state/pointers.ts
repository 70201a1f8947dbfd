/**
 * Places to point at that mean the same to everybody.
 *
 * Where a node stands in a window depends on what somebody has opened there, and on whether they look at the outline or the canvas.
 * What is told is a place that all have in common: every node of the graph in the order of the outline, a row each, a column a level.
 */

import type { ReadableGraph } from '../core/index.ts';

const ROW = 72;
const COLUMN = 280;
/** What is further off would be taken for the next row. */
const HALF = 0.49;

/** All nodes, in the order of the outline. */
export interface CommonRows {
  readonly ids: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly depths: readonly number[];
}

/** A place as it is told. */
export interface Told {
  readonly x: number;
  readonly y: number;
}

/** A place beside a node: in widths and heights of what stands for it, from its middle. */
export interface Beside {
  readonly id: string;
  readonly across: number;
  readonly down: number;
}

export function commonRows(graph: ReadableGraph): CommonRows {
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

const kept = new WeakMap<ReadableGraph, { readonly rows: CommonRows; readonly shape: number }>();

/** The rows of a graph that changes, made anew only after nodes came, went or moved: once for all who ask. */
export function commonRowsOf(graph: ReadableGraph & { readonly shape: number }): CommonRows {
  const { shape } = graph;
  const known = kept.get(graph);
  if (known?.shape === shape) return known.rows;
  const rows = commonRows(graph);
  kept.set(graph, { rows, shape });
  return rows;
}

/** What to tell of a place; null for a node that is nowhere. */
export function tell(rows: CommonRows, { id, across, down }: Beside): Told | null {
  const row = rows.rowOf.get(id);
  if (row === undefined) return null;
  return { x: round(((rows.depths[row] ?? 0) + across) * COLUMN), y: round((row + clamp(down)) * ROW) };
}

/** The node that a place is nearest to; undefined where there is none. */
export function understand(rows: CommonRows, told: Told): Beside | undefined {
  const row = Math.min(Math.max(Math.round(told.y / ROW), 0), rows.ids.length - 1);
  const id = rows.ids[row];
  if (id === undefined) return undefined;
  return { id, across: told.x / COLUMN - (rows.depths[row] ?? 0), down: clamp(told.y / ROW - row) };
}

function clamp(part: number): number {
  return Math.min(Math.max(part, -HALF), HALF);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
