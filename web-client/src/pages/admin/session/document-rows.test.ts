import type { GraphTree } from '@protocol';
import { expect, test } from 'vitest';
import { rowsOf, rowsWith, shownOf } from './document-rows.ts';

interface Sketch {
  id: string;
  children?: Sketch[];
}

function tree(...roots: Sketch[]): GraphTree {
  const node = ({ id, children = [] }: Sketch): object => ({
    ...{ id, name: `Name of ${id}`, blueprint_type_id: 'task', properties: {} },
    children: children.map(node),
  });
  return { roots: roots.map(node) } as unknown as GraphTree;
}

const GRAPH = tree({ id: 'a', children: [{ id: 'b', children: [{ id: 'c' }] }, { id: 'd' }] }, { id: 'e' });

test('nodes stand behind their parents, deeper by one, and know how many are below', () => {
  expect(rowsOf(GRAPH).map(({ node, depth, below }) => [node.id, depth, below])).toEqual([
    ['a', 0, 3],
    ['b', 1, 1],
    ['c', 2, 0],
    ['d', 1, 0],
    ['e', 0, 0],
  ]);
});

test('a chain that is deeper than any stack is no trouble', () => {
  let chain: Sketch & { children?: Sketch[] } = { id: 'last' };
  for (let depth = 0; depth < 3_000; depth += 1) chain = { id: `n${depth}`, children: [chain] };
  const rows = rowsOf(tree(chain));
  expect([rows.length, rows[0]?.below, rows.at(-1)?.depth]).toEqual([3_001, 3_000, 3_000]);
});

test('nodes are found by name, type and id', () => {
  const rows = rowsOf(GRAPH);
  expect(['', 'OF C', 'task', 'nothing'].map((text) => rowsWith(rows, text).length)).toEqual([5, 1, 5, 0]);
  expect(shownOf(rows[0]!.node)).toMatchObject({ id: 'a', children: ['b', 'd'] });
});
