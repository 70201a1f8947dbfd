/**
 * Which rows show, and what stays where it is.
 */

import { describe, expect, it } from 'vitest';
import { graphOf } from './outline-fixture.ts';
import { areRowsOf, between, inOrder, rowsOf, shiftOf, shownAt } from './outline-rows.ts';

const tree = () => graphOf('root', '  a', '    a1', '    a2', '  b', '    b1', '  c');

describe('the rows', () => {
  it('are those whose parents are all open', () => {
    const rows = rowsOf(tree(), new Set(['root', 'b', 'a1']));
    expect(rows.list.map(({ id }) => id)).toEqual(['root', 'a', 'b', 'b1', 'c']);
    expect(rows.depth).toBe(3);
  });

  it('know their level, their place and how many siblings there are', () => {
    const rows = rowsOf(tree(), new Set(['root', 'a']));
    expect(rows.list.find(({ id }) => id === 'a2')).toEqual({ id: 'a2', level: 3, position: 2, siblings: 2 });
    expect(rows.list.find(({ id }) => id === 'c')).toEqual({ id: 'c', level: 2, position: 3, siblings: 3 });
    expect(rows.indexes.get('c')).toBe(5);
  });

  it('are none for an empty graph', () => {
    expect(rowsOf(graphOf(), new Set()).list).toEqual([]);
  });

  it('are made of a tree that is deeper than calls can be', () => {
    const ids = Array.from({ length: 20_000 }, (_, level) => `n${level}`);
    const graph = graphOf('n0');
    for (const [level, id] of ids.entries()) graph.setChildren(id, ids.slice(level + 1, level + 2));
    const rows = rowsOf(graph, new Set(ids));
    expect(rows.depth).toBe(20_000);
    expect(rows.list.at(-1)).toEqual({ id: 'n19999', level: 20_000, position: 1, siblings: 1 });
  });

  it('are the same while no list that shows is another one', () => {
    const graph = tree();
    const rows = rowsOf(graph, new Set(['root', 'c']));
    graph.put({ ...graph.node('a')!, name: 'other' });
    graph.setChildren('b', []);
    expect(areRowsOf(rows, graph)).toBe(true);
    graph.setChildren('c', ['b1']);
    expect(areRowsOf(rows, graph)).toBe(false);
  });
});

describe('a node that does not show', () => {
  it('is stood for by the nearest above it', () => {
    const graph = tree();
    const rows = rowsOf(graph, new Set(['root']));
    expect(shownAt(rows, graph, 'a2')).toBe('a');
    expect(shownAt(rows, graph, 'c')).toBe('c');
    expect(shownAt(rows, graph, 'gone')).toBeUndefined();
    expect(shownAt(rows, graph, undefined)).toBeUndefined();
  });
});

describe('a range', () => {
  const rows = rowsOf(tree(), new Set(['root']));

  it('ends with where it went to, whichever the way', () => {
    expect(between(rows, 'a', 'c')).toEqual(['a', 'b', 'c']);
    expect(between(rows, 'c', 'a')).toEqual(['c', 'b', 'a']);
  });

  it('is one row where its beginning does not show', () => {
    expect(between(rows, 'a1', 'b')).toEqual(['b']);
  });

  it('is put into the order of the tree', () => {
    expect(inOrder(rows, ['c', 'a', 'b'])).toEqual(['a', 'b', 'c']);
  });
});

describe('what is in view', () => {
  const before = rowsOf(graphOf('x', 'y', 'z'), new Set());

  it('is shifted by what came above it', () => {
    expect(shiftOf(before, rowsOf(graphOf('w', 'x', 'y', 'z'), new Set()), 1, 2)).toBe(1);
    expect(shiftOf(before, rowsOf(graphOf('y', 'z'), new Set()), 1, 2)).toBe(-1);
  });

  it('is not shifted by what came within it', () => {
    expect(shiftOf(before, rowsOf(graphOf('w', 'x', 'y', 'v', 'z'), new Set()), 1, 2)).toBe(0);
    expect(shiftOf(before, rowsOf(graphOf('x', 'z'), new Set()), 1, 2)).toBe(0);
  });
});
