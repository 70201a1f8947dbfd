/**
 * Where the arrow keys lead.
 */

import { expect, test } from 'vitest';
import { graphOf } from './fixture.ts';
import { layOut, shownNodes } from './layout.ts';
import { step } from './walk.ts';

const graph = graphOf(`
car
  brakes
    front
  engine
    block
  body
    doors`);

const shown = shownNodes(graph, new Set(['car', 'brakes', 'engine']));
const right = layOut(shown, 'right');
const down = layOut(shown, 'down');

test('without a card the walk begins at the first root', () => {
  expect(step(right, undefined, 'ArrowDown')).toEqual({ to: 'car' });
  expect(step(right, 'doors', 'ArrowDown')).toEqual({ to: 'car' });
});

test('along the tree it goes to the first child and back to the parent', () => {
  expect(step(right, 'car', 'ArrowRight')).toEqual({ to: 'brakes' });
  expect(step(right, 'engine', 'ArrowLeft')).toEqual({ to: 'car' });
  expect(step(right, 'car', 'ArrowLeft')).toBeNull();
  expect(step(right, 'block', 'ArrowRight')).toBeNull();
});

test('across it goes to the neighbour at the same depth, be it a cousin', () => {
  expect(step(right, 'brakes', 'ArrowDown')).toEqual({ to: 'engine' });
  expect(step(right, 'front', 'ArrowDown')).toEqual({ to: 'block' });
  expect(step(right, 'brakes', 'ArrowUp')).toBeNull();
});

test('a closed card is opened first', () => {
  expect(step(right, 'body', 'ArrowRight')).toEqual({ open: 'body' });
});

test('the keys turn with the direction', () => {
  expect(step(down, 'car', 'ArrowDown')).toEqual({ to: 'brakes' });
  expect(step(down, 'engine', 'ArrowUp')).toEqual({ to: 'car' });
  expect(step(down, 'engine', 'ArrowRight')).toEqual({ to: 'body' });
  expect(step(down, 'engine', 'ArrowLeft')).toEqual({ to: 'brakes' });
});
