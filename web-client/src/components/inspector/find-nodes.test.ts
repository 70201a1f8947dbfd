import { expect, it } from 'vitest';
import { Graph, type GraphNode } from '../../core/index.ts';
import { findNodes, pathOf, waitsFor } from './find-nodes.ts';

function graphOf(...rows: [id: string, name: string, parentId: string | null, blockedBy?: string][]): Graph {
  const graph = new Graph();
  for (const [id, name, parentId, blockedBy = null] of rows) {
    const node: GraphNode = { id, name, parentId, blockedBy, type: 't', properties: {}, createdAt: '' };
    graph.put(node);
    graph.setChildren(parentId, [...graph.children(parentId), id]);
  }
  return graph;
}

const car = graphOf(
  ['car', 'Car', null],
  ['body', 'Body', 'car'],
  ['door', 'Left door', 'body', 'paint'],
  ['paint', 'Paint', 'car', 'rust'],
  ['rust', 'Body rust', 'paint'],
);
const all = () => true;
const ids = (nodes: GraphNode[]) => nodes.map(({ id }) => id);

it('finds names by a part, those that begin with it first, in the order of the tree', () => {
  expect(ids(findNodes(car, 'O', 9, all))).toEqual(['body', 'door', 'rust']);
  expect(ids(findNodes(car, 'body', 9, all))).toEqual(['body', 'rust']);
  expect(ids(findNodes(car, 'r', 9, all))).toEqual(['car', 'door', 'rust']);
});

it('answers the first of them for no text, no more than wanted, and none that are not', () => {
  expect(ids(findNodes(car, ' ', 3, all))).toEqual(['car', 'body', 'door']);
  expect(ids(findNodes(car, '', 9, ({ id }) => id !== 'body'))).toEqual(['car', 'door', 'paint', 'rust']);
});

it('puts a name that begins with the text first even if many others contain it', () => {
  const graph = graphOf(['1', 'xa', null], ['2', 'xa', null], ['3', 'xa', null], ['4', 'ax', null]);
  expect(ids(findNodes(graph, 'a', 2, all))).toEqual(['4', '1']);
});

it('follows who waits for whom, and comes to an end', () => {
  expect(waitsFor(car, 'door', 'rust')).toBe(true);
  expect(waitsFor(car, 'rust', 'door')).toBe(false);
  const ring = graphOf(['1', 'a', null, '2'], ['2', 'b', null, '1']);
  expect(waitsFor(ring, '1', '3')).toBe(false);
});

it('says where a node stands', () => {
  const rust = car.node('rust');
  expect(rust && pathOf(car, rust)).toBe('Car › Paint');
});

it('is quick with ten thousand nodes', () => {
  const rows = Array.from(
    { length: 10_000 },
    (_, at) => [String(at), `Part ${at}`, at ? '0' : null] as [string, string, string | null],
  );
  const graph = new Graph();
  for (const [id, name, parentId] of rows) {
    graph.put({ id, name, parentId, blockedBy: null, type: 't', properties: {}, createdAt: '' });
  }
  graph.setChildren(null, ['0']);
  graph.setChildren(
    '0',
    rows.slice(1).map(([id]) => id),
  );
  const start = performance.now();
  expect(ids(findNodes(graph, '9999', 50, all))).toEqual(['9999']);
  expect(performance.now() - start).toBeLessThan(500);
});
