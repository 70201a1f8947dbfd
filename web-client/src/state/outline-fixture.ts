/**
 * Trees for the tests of the outline, written as they look: two blanks a level, a node's name is its id.
 */

import type { MoveNodeData } from '@protocol';
import { Graph, predict } from '../core/index.ts';

/** The graph of lines like `a`, `  b`. */
export function graphOf(...lines: string[]): Graph {
  const graph = new Graph();
  const above: string[] = [];
  for (const line of lines) {
    const id = line.trim();
    const level = (line.length - line.trimStart().length) / 2;
    const parentId = above[level - 1] ?? null;
    above.splice(level, above.length, id);
    graph.put({ id, type: 'any', name: id, properties: {}, parentId, createdAt: '', blockedBy: null });
    graph.setChildren(parentId, [...graph.children(parentId), id]);
  }
  return graph;
}

/** The lines of a graph. */
export function linesOf(graph: Graph, parentId: string | null = null, level = 0): string[] {
  return graph
    .children(parentId)
    .flatMap((id) => [`${'  '.repeat(level)}${id}`, ...linesOf(graph, id, level + 1)]);
}

/** What a graph looks like once moves were made. */
export function made(graph: Graph, moves: readonly MoveNodeData[]): string[] {
  for (const data of moves) {
    if (!predict(graph, { command_type: 'MoveNode', data }, ''))
      throw new Error(`cannot be: ${JSON.stringify(data)}`);
  }
  return linesOf(graph);
}
