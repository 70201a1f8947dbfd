/**
 * The shapes of lines.
 */

import { expect, test } from 'vitest';
import { bow, branch } from './curves.ts';
import { CARD } from './layout.ts';

function numbers(path: string): number[] {
  return (path.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
}

test('a branch leaves the middle of the side where the children are', () => {
  const [x, y] = numbers(branch({ x: 0, y: 0 }, { x: 300, y: 100 }, 'right'));
  expect([x, y]).toEqual([CARD.width, CARD.height / 2]);
  const path = numbers(branch({ x: 0, y: 0 }, { x: 300, y: 100 }, 'down'));
  expect(path.slice(0, 2)).toEqual([CARD.width / 2, CARD.height]);
  expect(path.slice(-2)).toEqual([300 + CARD.width / 2, 100]);
});

test('a bow begins and ends at the edges of its cards', () => {
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 40, y: 400 },
  ];
  const path = numbers(bow(from, to).path);
  const [start, end] = [path.slice(0, 2), path.slice(-2)];
  expect(start[1]).toBeCloseTo(CARD.height, 0);
  expect(end[1]).toBeCloseTo(to.y - 4, 0);
  expect(end[0]).toBeGreaterThan(to.x);
  expect(end[0]).toBeLessThan(to.x + CARD.width);
});

test('there and back are two bows', () => {
  const [one, other] = [
    { x: 0, y: 0 },
    { x: 0, y: 300 },
  ];
  expect(bow(one, other).middle.x).toBeGreaterThan(bow(other, one).middle.x + 50);
});

test('cards at one place have a bow all the same', () => {
  expect(numbers(bow({ x: 5, y: 5 }, { x: 5, y: 5 }).path).every(Number.isFinite)).toBe(true);
});
