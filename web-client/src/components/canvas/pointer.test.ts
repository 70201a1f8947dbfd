/**
 * Pointers that mean the same to everybody.
 */

import { expect, test } from 'vitest';
import { commonRows } from '../../state/pointers.ts';
import { graphOf } from './fixture.ts';
import { CARD, layOut, shownNodes } from './layout.ts';
import { tell, understand } from './pointer.ts';

const graph = graphOf(`
car
  brakes
    front
    rear
  engine
    block`);
const rows = commonRows(graph);
const all = new Set(graph.ids());
const right = layOut(shownNodes(graph, all), 'right');

function middle(id: string, layout = right) {
  const { x, y } = layout.byId.get(id)!;
  return { x: x + CARD.width / 2, y: y + CARD.height / 2 };
}

test('rows are in the order of the outline', () => {
  expect(rows.ids).toEqual(['car', 'brakes', 'front', 'rear', 'engine', 'block']);
  expect(rows.depths).toEqual([0, 1, 2, 2, 1, 2]);
});

test('on the same canvas a pointer is where it is', () => {
  for (const place of [
    { x: 12, y: 8 },
    { x: middle('rear').x + 400, y: middle('rear').y - 10 },
  ]) {
    const seen = understand(graph, right, rows, tell(right, rows, place)!)!;
    expect(seen.x).toBeCloseTo(place.x, 0);
    expect(seen.y).toBeCloseTo(place.y, 0);
  }
});

test('on a canvas that shows less or grows down it is at the same node', () => {
  const other = layOut(shownNodes(graph, new Set(['car', 'engine'])), 'down');
  const told = tell(right, rows, middle('block'))!;
  expect(understand(graph, other, rows, told)).toEqual(middle('block', other));
});

test('at a node that is hidden it is on the card that stands for it', () => {
  const other = layOut(shownNodes(graph, new Set(['car'])), 'right');
  const { x, y } = middle('rear');
  expect(understand(graph, other, rows, tell(right, rows, { x: x + 70, y })!)).toEqual(
    middle('brakes', other),
  );
});

test('a place far outside is still a place, and an empty graph has none', () => {
  expect(understand(graph, right, rows, { x: 0, y: 1e9 })).toBeDefined();
  const empty = graphOf('');
  const layout = layOut([], 'right');
  expect(tell(layout, commonRows(empty), { x: 0, y: 0 })).toBeNull();
  expect(understand(empty, layout, commonRows(empty), { x: 0, y: 0 })).toBeUndefined();
});
