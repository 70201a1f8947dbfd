/**
 * The shapes of lines.
 */

import { expect, test } from 'vitest';
import { bow, branch } from './curves.ts';
import { CARD, type Direction } from './layout.ts';

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

test('a bow to another level begins and ends at the edges of its cards', () => {
  const [from, to] = [
    { x: 0, y: 0 },
    { x: 300, y: 400 },
  ];
  const path = numbers(bow(from, to, 'right').path);
  const [x = 0, y = 0] = path.slice(0, 2);
  expect(x === CARD.width || Math.abs(y - CARD.height) < 0.2).toBe(true);
  const [endX = 0, endY = 0] = path.slice(-2);
  expect(endX < to.x || endY < to.y).toBe(true);
});

test.each<Direction>(['right', 'down'])('a bow within a level passes beside its cards (%s)', (direction) => {
  const apart = direction === 'right' ? { x: 0, y: 300 } : { x: 600, y: 0 };
  const { path, middle } = bow({ x: 0, y: 0 }, apart, direction);
  expect(direction === 'right' ? middle.x : middle.y).toBeGreaterThan(
    (direction === 'right' ? CARD.width : CARD.height) + 10,
  );
  const [x = 0, y = 0] = numbers(path).slice(-2);
  expect(x).toBeGreaterThanOrEqual(apart.x);
  expect(y).toBeGreaterThanOrEqual(apart.y);
});

test('there and back are two bows', () => {
  const [one, other] = [
    { x: 0, y: 0 },
    { x: 300, y: 300 },
  ];
  const [there, back] = [bow(one, other, 'right').middle, bow(other, one, 'right').middle];
  expect(Math.hypot(there.x - back.x, there.y - back.y)).toBeGreaterThan(50);
});

test('cards at one place have a bow all the same', () => {
  expect(numbers(bow({ x: 5, y: 5 }, { x: 5, y: 5 }, 'right').path).every(Number.isFinite)).toBe(true);
});
