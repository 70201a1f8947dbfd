/**
 * What is open when a project is opened.
 */

import { expect, test } from 'vitest';
import { graphOf, wideGraph } from './fixture.ts';
import { shownNodes } from './layout.ts';
import { firstOpen, isUntouched } from './opening.ts';

test('a small project is open as a whole', () => {
  const graph = wideGraph(4, 3);
  expect(shownNodes(graph, firstOpen(graph))).toHaveLength(85);
});

test('a large one is open down to the level that still fits', () => {
  const graph = wideGraph(10, 3);
  expect(shownNodes(graph, firstOpen(graph))).toHaveLength(111);
});

test('the roots are open even if what is below them is too much', () => {
  const graph = wideGraph(400, 1);
  expect([...firstOpen(graph)]).toEqual(['r']);
});

test('only open roots count as untouched', () => {
  const graph = graphOf('a\n  b\n    c');
  expect(isUntouched(graph, new Set(['a']))).toBe(true);
  expect(isUntouched(graph, new Set(['a', 'b']))).toBe(false);
});
