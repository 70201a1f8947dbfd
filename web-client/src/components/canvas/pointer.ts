/**
 * Pointers on a canvas, told and understood as places that all windows have in common. A pointer keeps its distance to the card that it
 * is nearest to.
 */

import type { ReadableGraph } from '../../core/index.ts';
import * as common from '../../state/pointers.ts';
import type { Point } from './curves.ts';
import { CARD, type Layout, type Placed, pitch, shownFor } from './layout.ts';

/** What to tell of a pointer on this canvas. */
export function tell(layout: Layout, rows: common.CommonRows, { x, y }: Point): Point | null {
  const card = nearest(layout, x, y);
  if (!card) return null;
  const step = pitch(layout.direction);
  const across = (x - card.x - CARD.width / 2) / step.x;
  const down = (y - card.y - CARD.height / 2) / step.y;
  return common.tell(rows, { id: card.id, across, down });
}

/** Where on this canvas a pointer is that was told; undefined if its node is nowhere. */
export function understand(
  graph: ReadableGraph,
  layout: Layout,
  rows: common.CommonRows,
  told: Point,
): Point | undefined {
  const place = common.understand(rows, told);
  const card = place && shownFor(graph, layout, place.id);
  if (!card) return undefined;
  const step = pitch(layout.direction);
  // At a card that stands for a hidden node it is on the card itself.
  const { across, down } = card.id === place.id ? place : { across: 0, down: 0 };
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
