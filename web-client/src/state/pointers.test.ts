/**
 * Places to point at that mean the same to everybody.
 */

import { expect, test } from 'vitest';
import { Graph } from '../core/index.ts';
import { commonRowsOf, tell, understand } from './pointers.ts';
import { WatchedGraph } from './watch.ts';

function graph() {
  const plain = new Graph();
  const put = (id: string, parentId: string | null) =>
    plain.put({ id, type: 't', name: id, properties: {}, parentId, createdAt: '', blockedBy: null });
  put('car', null);
  put('body', 'car');
  put('engine', 'car');
  plain.setChildren(null, ['car']);
  plain.setChildren('car', ['body', 'engine']);
  return { plain, watched: new WatchedGraph(plain) };
}

test('a place is understood as it was told', () => {
  const rows = commonRowsOf(graph().watched);
  const place = understand(rows, tell(rows, { id: 'engine', across: 0.25, down: -0.25 })!)!;
  expect(place.id).toBe('engine');
  expect(place.across).toBeCloseTo(0.25);
  expect(place.down).toBeCloseTo(-0.25);
});

test('what is far above a node is not taken for the one above it', () => {
  const rows = commonRowsOf(graph().watched);
  expect(understand(rows, tell(rows, { id: 'engine', across: 0, down: -3 })!)?.id).toBe('engine');
});

test('a node that is nowhere is not told', () => {
  expect(tell(commonRowsOf(graph().watched), { id: 'gone', across: 0, down: 0 })).toBeNull();
});

test('rows are made anew where nodes come, go or move, and not where one is written', () => {
  const { plain, watched } = graph();
  const before = commonRowsOf(watched);
  watched.changed({ nodes: new Set(['body']), lists: new Set(), everything: false });
  expect(commonRowsOf(watched)).toBe(before);
  plain.setChildren('car', ['engine', 'body']);
  watched.changed({ nodes: new Set(), lists: new Set(['car']), everything: false });
  expect(commonRowsOf(watched).ids).toEqual(['car', 'engine', 'body']);
});
