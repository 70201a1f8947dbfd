/**
 * What is in sight, and where to look.
 */

import { expect, test } from 'vitest';
import { wideGraph } from './fixture.ts';
import { CARD, layOut, shownNodes } from './layout.ts';
import {
  cardAt,
  firstLook,
  framed,
  inSight,
  leastZoom,
  resized,
  roughSight,
  sight,
  touches,
} from './viewport.ts';

const size = { width: 1000, height: 600 };
const graph = wideGraph(8, 3);
const layout = layOut(shownNodes(graph, new Set(graph.ids())), 'right');

test('what is in sight is the screen, seen through the viewport', () => {
  expect(sight({ x: -100, y: 50, zoom: 0.5 }, size)).toEqual({ x: 200, y: -100, width: 2000, height: 1200 });
});

test('a canvas of another size shows the same place in its middle', () => {
  const middle = (viewport: typeof first, { width, height }: typeof size) => {
    const rect = sight(viewport, { width, height });
    return [rect.x + rect.width / 2, rect.y + rect.height / 2];
  };
  const first = { x: -100, y: 50, zoom: 0.5 };
  const narrow = { width: 620, height: 580 };
  expect(middle(resized(first, size, narrow), narrow)).toEqual(middle(first, size));
});

test('the rough sight holds the sight and does not change with a small move', () => {
  const viewport = { x: -130, y: 77, zoom: 0.8 };
  const rough = roughSight(viewport, size);
  const real = sight(viewport, size);
  expect(rough.x).toBeLessThanOrEqual(real.x);
  expect(rough.y + rough.height).toBeGreaterThanOrEqual(real.y + real.height);
  expect(roughSight({ ...viewport, x: -131 }, size)).toEqual(rough);
});

test('only the cards in sight count, whatever else there is', () => {
  const rect = { x: 0, y: 0, width: 900, height: 500 };
  const { cards, isTooMuch } = inSight(layout, rect);
  expect(isTooMuch).toBe(false);
  expect(cards.length).toBeGreaterThan(0);
  expect(cards.length).toBeLessThan(40);
  for (const card of layout.cards) expect(cards.includes(card)).toBe(touches(rect, card));
});

test('a line between two cards out of sight is told if it passes through', () => {
  const [first, last] = [layout.byId.get('r.0')!, layout.byId.get('r')!];
  const between = { x: last.x + CARD.width + 10, y: (first.y + last.y) / 2, width: 40, height: 10 };
  const { cards, passing } = inSight(layout, between);
  expect(cards).toEqual([]);
  expect(passing).toContain('r.0');
  expect(passing).not.toContain('r.7');
});

test('too many cards are no elements', () => {
  expect(inSight(layout, layout.bounds)).toEqual({ cards: [], passing: [], isTooMuch: true });
});

test('what is made to fit is in sight as a whole and no larger than it is', () => {
  const seen = sight(framed(layout.bounds, size), size);
  expect(seen.y).toBeLessThanOrEqual(layout.bounds.y);
  expect(seen.y + seen.height).toBeGreaterThanOrEqual(layout.bounds.y + layout.bounds.height);
  expect(framed({ x: 0, y: 0, width: 10, height: 10 }, size).zoom).toBe(1);
});

test('the first look is at everything if that can be read', () => {
  const small = layOut(shownNodes(graph, new Set(['r'])), 'right');
  expect(firstLook(small, size)).toEqual(framed(small.bounds, size));
});

test('the first look at a large project is at its root, large enough to read', () => {
  for (const direction of ['right', 'down'] as const) {
    const large = layOut(shownNodes(graph, new Set(graph.ids())), direction);
    const look = firstLook(large, size);
    expect(look.zoom).toBeGreaterThan(0.5);
    expect(touches(sight(look, size), large.cards[0]!)).toBe(true);
  }
});

test('one can zoom out until all is in sight', () => {
  expect(leastZoom(layout, size)).toBeLessThan(framed(layout.bounds, size).zoom);
});

test('a card is found by any place on it, and none between cards', () => {
  const card = layout.byId.get('r.3')!;
  expect(cardAt(layout.cards, card.x + 5, card.y + 5)).toBe(card);
  expect(cardAt(layout.cards, card.x - 20, card.y + 5)).toBeUndefined();
});
