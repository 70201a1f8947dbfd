/**
 * Graphs for the tests of this folder, written as indented lines: `name` or `name < blocker`, two blanks a level.
 */

import { Graph } from '../../core/index.ts';

export function graphOf(text: string): Graph {
  const graph = new Graph();
  const above: string[] = [];
  for (const line of text.split('\n').filter((one) => one.trim())) {
    const depth = line.search(/\S/) / 2;
    const [id = '', blockedBy = null] = line.trim().split(' < ');
    const parentId = above[depth - 1] ?? null;
    above.length = depth;
    above.push(id);
    graph.put({ id, type: 'thing', name: id, properties: {}, parentId, createdAt: '', blockedBy });
    graph.setChildren(parentId, [...graph.children(parentId), id]);
  }
  return graph;
}

/** A graph of `depth` levels below its root, `width` children each, called by their paths. */
export function wideGraph(width: number, depth: number): Graph {
  const graph = new Graph();
  const add = (id: string, parentId: string | null, level: number) => {
    graph.put({ id, type: 'thing', name: id, properties: {}, parentId, createdAt: '', blockedBy: null });
    const children = level < depth ? Array.from({ length: width }, (_, index) => `${id}.${index}`) : [];
    graph.setChildren(id, children);
    for (const child of children) add(child, id, level + 1);
  };
  graph.setChildren(null, ['r']);
  add('r', null, 0);
  return graph;
}
