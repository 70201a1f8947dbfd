/**
 * Graphs in forms that can be compared.
 */

import type { GraphTree, NodeTree } from '@protocol';
import type { ReadableGraph } from '../src/core/index.ts';

/** The graph as a route tells it, without what a template adds. */
export function treeOf(graph: ReadableGraph): GraphTree {
  return { roots: graph.children(null).map((id) => plain(graph, id)) };
}

/** A node with everything below it. */
export function plain(graph: ReadableGraph, id: string): NodeTree {
  const node = graph.node(id);
  if (!node) throw new Error(`a list names ${id}, which is not there`);
  return {
    id,
    blueprint_type_id: node.type,
    name: node.name,
    properties: node.properties,
    parent_id: node.parentId,
    created_at: node.createdAt,
    children: graph.children(id).map((child) => plain(graph, child)),
    blocked_by: node.blockedBy,
    allowed_children: [],
    icon_id: null,
    indicator_id: null,
    indicator_set: null,
  };
}

/** The same tree without what a template adds. */
export function bare(tree: GraphTree): GraphTree {
  const node = (from: NodeTree): NodeTree => ({
    id: from.id,
    blueprint_type_id: from.blueprint_type_id,
    name: from.name,
    properties: from.properties,
    parent_id: from.parent_id,
    created_at: from.created_at,
    children: from.children.map(node),
    blocked_by: from.blocked_by,
    allowed_children: [],
    icon_id: null,
    indicator_id: null,
    indicator_set: null,
  });
  return { roots: tree.roots.map(node) };
}
