/**
 * What people do to the graph, as commands. A refusal is told; what was shown is back by then.
 */

import type { Accepted, Command, MoveNodeData, SessionState, SingleCommand } from '@protocol';
import { newId, Refusal } from '../net/index.ts';
import { notify } from './notices.ts';
import { api } from './server.ts';
import { describe, remember } from './steps.ts';
import { forgetChoice } from './undo.ts';
import { canEdit, topmost, type Workspace } from './workspace.ts';

export { leftAlone, takeBack } from './undo.ts';

/** As many commands the server takes as one. */
const LARGEST_BATCH = 1_000;

/** Gives a command; nothing where the graph cannot be changed or it was refused, which was told by then. */
export async function give(workspace: Workspace, command: Command): Promise<Accepted | undefined> {
  if (!canEdit(workspace.view.getState())) return undefined;
  try {
    return await attempt(workspace, command);
  } catch (error) {
    refused(workspace, error);
    return undefined;
  }
}

/** Gives a command; throws a `Refusal` for who shows it where it belongs. */
export function attempt(workspace: Workspace, command: Command): Promise<Accepted> {
  const commandId = newId();
  remember(commandId, describe(command, workspace.graph, workspace.schema));
  forgetChoice();
  return workspace.session.execute(command, commandId);
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
  return give(workspace, writing(nodeId, propertyId, value));
}

/** The command that writes a property. */
export function writing(nodeId: string, propertyId: string, value: unknown): SingleCommand {
  if (value === undefined || value === null || value === '') {
    return { command_type: 'DeleteProperty', data: { node_id: nodeId, property_id: propertyId } };
  }
  return {
    command_type: 'UpdateProperty',
    data: { node_id: nodeId, property_id: propertyId, new_value: value },
  };
}

/** Writes a property of several nodes, as one step as far as a batch goes. */
export async function writeAll(
  workspace: Workspace,
  ids: readonly string[],
  propertyId: string,
  value: unknown,
) {
  const commands = ids.map((id) => writing(id, propertyId, value));
  for (let at = 0; at < commands.length; at += LARGEST_BATCH) {
    const some = commands.slice(at, at + LARGEST_BATCH);
    await give(workspace, { command_type: 'Batch', data: { commands: some } });
  }
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

/** What people call somebody. */
export function nameOf({ session }: Workspace, userId: string): string {
  return session.presence.participants.get(userId)?.name ?? userId;
}

/** Tells a refusal in passing, and heeds one that says who this is. */
export function refused({ view }: Workspace, error: unknown) {
  if (!(error instanceof Refusal)) throw error;
  // Whoever may only read finds out by the first thing that is refused.
  if (error.code === 'FORBIDDEN' && isReadingRole(error.details)) view.setState({ isReader: true });
  tellRefused(error);
}

function tellRefused(error: unknown) {
  if (!(error instanceof Refusal)) throw error;
  notify({ kind: 'error', title: 'That was refused', text: error.message });
}

function isReadingRole(details: unknown): boolean {
  const { role } = (details ?? {}) as { role?: unknown };
  return role === 'viewer' || role === 'commenter';
}

/** Pauses or completes the project, or goes on with it; everybody in the room hears it. */
export async function changeState(workspace: Workspace, state: SessionState): Promise<void> {
  try {
    await api.setState(workspace.session.sessionId, state);
    workspace.view.setState({ state });
  } catch (error) {
    tellRefused(error);
  }
}

/** Gives the project another name. It shows at once. */
export async function renameProject({ projectId, view }: Workspace, name: string): Promise<void> {
  const before = view.getState().name;
  const next = name.trim();
  if (!next || next === before) return;
  view.setState({ name: next });
  try {
    await api.renameProject(projectId, next);
  } catch (error) {
    if (view.getState().name === next) view.setState({ name: before });
    tellRefused(error);
  }
}
