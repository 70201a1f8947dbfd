/**
 * What people do to the graph, as commands. A refusal is told; what was shown is back by then.
 */

import type { Accepted, Command, Conflict, MoveNodeData, Scope } from '@protocol';
import { newId, Refusal } from '../net/index.ts';
import { notify } from './notices.ts';
import { canEdit, topmost, type Workspace } from './workspace.ts';

/** Gives a command; nothing where the graph cannot be changed or it was refused, which was told by then. */
export async function give(workspace: Workspace, command: Command): Promise<Accepted | undefined> {
  if (!canEdit(workspace.view.getState())) return undefined;
  try {
    return await workspace.session.execute(command);
  } catch (error) {
    refused(error);
    return undefined;
  }
}

/** Makes a node, selects it, and lets its name be written. */
export function create(workspace: Workspace, parentId: string | null, type: string, index?: number): string {
  const id = newId();
  void give(workspace, {
    command_type: 'CreateNode',
    data: {
      node_id: id,
      parent_id: parentId,
      blueprint_type_id: type,
      name: `New ${workspace.schema.typeName(type)}`,
      index,
    },
  });
  const { expanded } = workspace.view.getState();
  workspace.view.setState({
    selection: [id],
    renaming: id,
    expanded: parentId ? new Set([...expanded, parentId]) : expanded,
  });
  return id;
}

/** Writes a property; `name` is the node's name, undefined deletes. */
export function write(workspace: Workspace, nodeId: string, propertyId: string, value: unknown) {
  if (value === undefined || value === null || value === '') {
    return give(workspace, {
      command_type: 'DeleteProperty',
      data: { node_id: nodeId, property_id: propertyId },
    });
  }
  return give(workspace, {
    command_type: 'UpdateProperty',
    data: { node_id: nodeId, property_id: propertyId, new_value: value },
  });
}

/** Renames a node; a name of blanks is none. */
export function rename(workspace: Workspace, nodeId: string, name: string) {
  const trimmed = name.trim();
  if (!trimmed || trimmed === workspace.graph.node(nodeId)?.name) return undefined;
  return write(workspace, nodeId, 'name', trimmed);
}

export function move(workspace: Workspace, data: MoveNodeData) {
  return give(workspace, { command_type: 'MoveNode', data });
}

/** Deletes nodes with everything below them, as one step. */
export function remove(workspace: Workspace, ids: readonly string[]) {
  const commands = topmost(workspace.graph, ids).map((id) => ({
    command_type: 'DeleteNode' as const,
    data: { node_id: id },
  }));
  if (commands.length === 0) return undefined;
  return give(
    workspace,
    commands.length === 1 ? commands[0]! : { command_type: 'Batch', data: { commands } },
  );
}

/** Says what a node waits for; nothing for null. */
export function block(workspace: Workspace, nodeId: string, blockedBy: string | null) {
  return give(workspace, {
    command_type: 'UpdateBlockingRelationship',
    data: { blocked_node_id: nodeId, blocking_node_id: blockedBy },
  });
}

/** Takes back one's own last step, or does it again, and says what became of it. */
export async function takeBack(
  workspace: Workspace,
  name: 'undo' | 'redo',
  scope: Scope = 'mine',
  force = false,
) {
  if (!canEdit(workspace.view.getState())) return;
  if (workspace.session.status !== 'live') {
    notify({
      id: 'undo',
      kind: 'warning',
      title: `Cannot ${name} while offline`,
      text: 'Try again once you are back.',
    });
    return;
  }
  try {
    const answer = await workspace.session[name]({ scope, force });
    if (answer.nothing_to_undo) {
      notify({ id: 'undo', kind: 'warning', title: `Nothing to ${name}` });
    } else {
      const text = answer.conflicts?.length ? leftAlone(workspace, answer.conflicts) : undefined;
      const title = name === 'undo' ? 'Undone' : 'Done again';
      notify({ id: 'undo', kind: text ? 'warning' : 'done', title, text });
    }
  } catch (error) {
    refused(error);
  }
}

/** What an undo did not touch, for people. */
export function leftAlone(workspace: Workspace, conflicts: readonly Conflict[]): string {
  const lines = conflicts.slice(0, 5).map(({ node_id, by }) => {
    const name = (node_id && workspace.graph.node(node_id)?.name) ?? 'a node that is gone';
    return by ? `${name} (changed since by ${nameOf(workspace, by)})` : name;
  });
  const more = conflicts.length > lines.length ? ` and ${conflicts.length - lines.length} more` : '';
  return `Left alone: ${lines.join(', ')}${more}`;
}

/** What people call somebody. */
export function nameOf({ session }: Workspace, userId: string): string {
  return session.presence.participants.get(userId)?.name ?? userId;
}

function refused(error: unknown) {
  if (!(error instanceof Refusal)) throw error;
  notify({ kind: 'error', title: 'That was refused', text: error.message });
}
