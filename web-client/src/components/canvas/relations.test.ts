/**
 * What waits for what.
 */

import { expect, test } from 'vitest';
import { graphOf } from './fixture.ts';
import { layOut, shownNodes } from './layout.ts';
import { canMoveBelow, canWait, relations } from './relations.ts';

const graph = graphOf(`
car
  brakes
    front < block
    rear
  engine < brakes
    block
    head < block`);

function drawn(...open: string[]) {
  return relations(graph, layOut(shownNodes(graph, new Set(open)), 'right'));
}

test('a line runs from what blocks to what waits', () => {
  expect(drawn('car', 'brakes', 'engine')).toEqual([
    { id: 'block>front', from: 'block', to: 'front', blocked: 'front' },
    { id: 'brakes>engine', from: 'brakes', to: 'engine', blocked: 'engine' },
    { id: 'block>head', from: 'block', to: 'head', blocked: 'head' },
  ]);
});

test('the card above stands for a hidden node, and such a line is not one to take away', () => {
  expect(drawn('car')).toEqual([
    { id: 'engine>brakes', from: 'engine', to: 'brakes', blocked: null },
    { id: 'brakes>engine', from: 'brakes', to: 'engine', blocked: 'engine' },
  ]);
});

test('what happens within one card is no line', () => {
  expect(drawn()).toEqual([]);
});

test('nothing waits for itself, or for what waits for it', () => {
  expect(canWait(graph, 'rear', 'front')).toBe(true);
  expect(canWait(graph, 'rear', 'rear')).toBe(false);
  expect(canWait(graph, 'block', 'front')).toBe(false);
  expect(canWait(graph, 'gone', 'front')).toBe(false);
});

test('a node moves below another one, but not below itself or to where it is', () => {
  expect(canMoveBelow(graph, ['rear'], 'engine')).toBe(true);
  expect(canMoveBelow(graph, ['engine'], 'block')).toBe(false);
  expect(canMoveBelow(graph, ['rear'], 'brakes')).toBe(false);
  expect(canMoveBelow(graph, ['rear', 'block'], 'brakes')).toBe(true);
});
