/**
 * Notes of what is changed in a graph.
 */

import type { WritableGraph } from './graph.ts';

export interface Touched {
  nodes: Set<string>;
  lists: Set<string | null>;
}

export function nothingTouched(): Touched {
  return { nodes: new Set(), lists: new Set() };
}

/** The graph, with notes of what is changed in it. */
export function watch(graph: WritableGraph, touched: Touched): WritableGraph {
  return {
    node: (id) => graph.node(id),
    children: (parentId) => graph.children(parentId),
    ids: () => graph.ids(),
    waiting: () => graph.waiting(),
    get size() {
      return graph.size;
    },
    put(node) {
      touched.nodes.add(node.id);
      graph.put(node);
    },
    drop(id) {
      touched.nodes.add(id);
      touched.lists.add(id);
      graph.drop(id);
    },
    setChildren(parentId, ids) {
      touched.lists.add(parentId);
      graph.setChildren(parentId, ids);
    },
  };
}
