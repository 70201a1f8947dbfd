/**
 * What of the canvas is in sight, and where to look. Pure: sizes are pixels of the screen, rects are places on the canvas.
 */

import { CARD, type Layout, type Placed, type Rect } from './layout.ts';

/** More cards than so many are drawn as a picture and not as elements. */
export const MOST_CARDS = 400;
/** Lines that only pass through what is in sight; beyond so many nobody can tell them apart. */
const MOST_PASSING = 80;

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is in sight. */
export function sight({ x, y, zoom }: Viewport, { width, height }: Size): Rect {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

/** What is in sight with some margin, in steps: the same for small moves, so that little is done while people pan. */
export function roughSight(viewport: Viewport, size: Size): Rect {
  const { x, y, width, height } = sight(viewport, size);
  const step = 512 / 2 ** Math.floor(Math.log2(viewport.zoom));
  const left = Math.floor(x / step - 0.25) * step;
  const top = Math.floor(y / step - 0.25) * step;
  const right = Math.ceil((x + width) / step + 0.25) * step;
  const bottom = Math.ceil((y + height) / step + 0.25) * step;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export interface InSight {
  readonly cards: readonly Placed[];
  /** Ids of cards whose line to their parent passes through though neither end is in sight. */
  readonly passing: readonly string[];
  /** More than can be elements. */
  readonly isTooMuch: boolean;
}

/** The cards in a rect. */
export function inSight(layout: Layout, rect: Rect): InSight {
  const cards = layout.cards.filter((card) => touches(rect, card));
  if (cards.length > MOST_CARDS) return { cards: [], passing: [], isTooMuch: true };
  const ids = new Set(cards.map(({ id }) => id));
  const passing: string[] = [];
  for (const card of layout.cards) {
    const parent = card.parentId === null ? undefined : layout.byId.get(card.parentId);
    if (!parent || ids.has(card.id) || ids.has(parent.id) || passing.length >= MOST_PASSING) continue;
    if (passes(rect, card, parent)) passing.push(card.id);
  }
  return { cards, passing, isTooMuch: false };
}

/** Whether a card is in a rect, be it a part of it. */
export function touches(rect: Rect, { x, y }: { readonly x: number; readonly y: number }): boolean {
  return (
    x + CARD.width > rect.x && x < rect.x + rect.width && y + CARD.height > rect.y && y < rect.y + rect.height
  );
}

function passes(rect: Rect, one: Placed, other: Placed): boolean {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x) + CARD.width];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y) + CARD.height];
  return right > rect.x && left < rect.x + rect.width && bottom > rect.y && top < rect.y + rect.height;
}

/** The viewport that shows a rect whole, in the middle, no larger than it is, or than a zoom. */
export function framed(rect: Rect, size: Size, padding = 32, most = 1): Viewport {
  const across = Math.max(size.width - 2 * padding, 1) / Math.max(rect.width, 1);
  const down = Math.max(size.height - 2 * padding, 1) / Math.max(rect.height, 1);
  const zoom = Math.min(across, down, most);
  return centred(rect.x + rect.width / 2, rect.y + rect.height / 2, zoom, size);
}

/** The viewport with a place in the middle. */
export function centred(x: number, y: number, zoom: number, size: Size): Viewport {
  return { x: size.width / 2 - x * zoom, y: size.height / 2 - y * zoom, zoom };
}

/** The viewport with the same place in the middle, in a canvas of another size. */
export function resized({ x, y, zoom }: Viewport, before: Size, now: Size): Viewport {
  return { x: x + (now.width - before.width) / 2, y: y + (now.height - before.height) / 2, zoom };
}

/** Below this cards cannot be read. */
const READABLE = 0.5;

/** Where to look first: at everything if it can be read, or else at the first root and what is beside it. */
export function firstLook(layout: Layout, size: Size): Viewport {
  const whole = framed(layout.bounds, size);
  const root = layout.cards[0];
  if (whole.zoom >= READABLE || !root) return whole;
  const zoom = size.width < 600 ? 0.7 : 0.8;
  const [x, y] = [root.x + CARD.width / 2, root.y + CARD.height / 2];
  if (layout.direction === 'down') return { ...centred(x, y, zoom, size), y: 48 - root.y * zoom };
  return { ...centred(x, y, zoom, size), x: 32 - root.x * zoom };
}

/** How far one may zoom out: until all can be seen, and a bit. */
export function leastZoom(layout: Layout, size: Size): number {
  const whole = framed(layout.bounds, size).zoom;
  return Math.min(Math.max(whole * 0.8, 0.001), 0.3);
}

/** The card at a place, if there is one. */
export function cardAt(cards: readonly Placed[], x: number, y: number): Placed | undefined {
  return cards.find(
    (card) => x >= card.x && x <= card.x + CARD.width && y >= card.y && y <= card.y + CARD.height,
  );
}
