/**
 * What the outline does to the graph, and where it shows what became of it.
 */

import type { Accepted, MoveNodeData } from '@protocol';
import { subtree } from '../core/index.ts';
import { create, give, remove } from './edits.ts';
import { notify } from './notices.ts';
import { leftBy, topmostOf } from './outline-moves.ts';
import { expand, select } from './selection.ts';
import { canEdit, type Workspace } from './workspace.ts';

/** Adds a node like this one right behind it; below it if it is a root. */
export function addBeside(workspace: Workspace, id: string): string | undefined {
  const { graph, view } = workspace;
  const node = graph.node(id);
  if (!node || !canEdit(view.getState())) return undefined;
  if (node.parentId === null) return addBelow(workspace, id);
  return create(workspace, node.parentId, node.type, graph.children(node.parentId).indexOf(id) + 1);
}

/** Adds a node below another one: of the given type, else of that of its last child, else of the first that belongs there. */
export function addBelow(workspace: Workspace, id: string, type?: string): string | undefined {
  const { graph, schema, view } = workspace;
  const node = graph.node(id);
  if (!node || !canEdit(view.getState())) return undefined;
  const last = graph.node(graph.children(id).at(-1) ?? '');
  const wanted = type ?? last?.type ?? schema.allowedBelow(node.type)[0]?.id;
  if (!wanted) {
    const title = `Nothing belongs below ${node.name}`;
    notify({
      id: 'outline-add',
      kind: 'warning',
      title,
      text: `${schema.typeName(node.type)} is the last level.`,
    });
    return undefined;
  }
  return create(workspace, id, wanted);
}

/** Adds a root of the type that the template begins with. */
export function addRoot(workspace: Workspace): string | undefined {
  const type = workspace.schema.allowedBelow(null)[0];
  return type && canEdit(workspace.view.getState()) ? create(workspace, null, type.id) : undefined;
}

/** Carries out moves as one step, and opens the parents that nodes came under. */
export function moveAll(
  workspace: Workspace,
  moves: readonly MoveNodeData[],
): Promise<Accepted | undefined> | undefined {
  const [first, ...others] = moves;
  if (!first || !canEdit(workspace.view.getState())) return undefined;
  const parents = new Set(moves.flatMap(({ new_parent_id }) => new_parent_id ?? []));
  expand(workspace, [...parents]);
  if (others.length === 0) return give(workspace, { command_type: 'MoveNode', data: first });
  const commands = moves.map((data) => ({ command_type: 'MoveNode' as const, data }));
  return give(workspace, { command_type: 'Batch', data: { commands } });
}

/** How many nodes go with these that are below them. */
export function countBelow({ graph }: Workspace, ids: readonly string[]): number {
  return topmostOf(graph, ids).reduce((sum, id) => sum + subtree(graph, id).length - 1, 0);
}

/** Deletes nodes with what is below them, and selects what stays beside them. */
export function removeAll(workspace: Workspace, ids: readonly string[]): void {
  const next = leftBy(workspace.graph, ids);
  void remove(workspace, ids);
  select(workspace, next ? [next] : []);
}
