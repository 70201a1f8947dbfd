/**
 * What people do on the canvas: to the graph by commands, to this window's view by itself.
 */

import type { StoreApi } from 'zustand/vanilla';
import { create, give, move } from '../../state/edits.ts';
import { canEdit, topmost, type Workspace } from '../../state/workspace.ts';
import type { Board } from './board.ts';
import { canMoveBelow } from './relations.ts';

type BoardStore = StoreApi<Board>;

/** Selects a card; with `isMore` besides what is selected, or no longer if it is. */
export function select({ view }: Workspace, id: string, isMore = false): void {
  const { selection } = view.getState();
  if (!isMore) view.setState({ selection: [id] });
  else if (selection.includes(id)) view.setState({ selection: selection.filter((other) => other !== id) });
  else view.setState({ selection: [...selection, id] });
}

/** Opens or closes a card, which stays where it is on the screen. */
export function toggle({ view }: Workspace, board: BoardStore, id: string): void {
  const expanded = new Set(view.getState().expanded);
  if (!expanded.delete(id)) expanded.add(id);
  board.setState({ anchor: id });
  view.setState({ expanded });
}

/** Opens every card, or closes all but the roots. */
export function openAll({ graph, view }: Workspace, isOpen: boolean): void {
  const ids = isOpen ? [...graph.ids()].filter((id) => graph.children(id).length > 0) : graph.children(null);
  view.setState({ expanded: new Set(ids) });
}

/** Lets a card's name be typed on the card. */
export function name(workspace: Workspace, board: BoardStore, id: string): void {
  if (canEdit(workspace.view.getState()) && workspace.graph.node(id)) board.setState({ naming: id });
}

/** Makes a child, whose name is then typed on its card. */
export function addBelow(
  workspace: Workspace,
  board: BoardStore,
  parentId: string | null,
  type: string,
): void {
  const id = create(workspace, parentId, type);
  // The outline would take the keyboard away.
  workspace.view.setState({ renaming: null });
  board.setState({ adding: null, naming: id, anchor: parentId });
}

/** Offers what can be added below a card; if that is one type only, adds it. */
export function offer(workspace: Workspace, board: BoardStore, id: string): void {
  const node = workspace.graph.node(id);
  if (!node || !canEdit(workspace.view.getState())) return;
  const types = workspace.schema.allowedBelow(node.type);
  if (types.length === 1 && types[0]) addBelow(workspace, board, id, types[0].id);
  else if (types.length > 1) board.setState({ adding: id });
}

/** What moves with a card that is taken: all that is selected, if it is. */
export function taken({ graph, view }: Workspace, id: string): string[] {
  const { selection } = view.getState();
  return selection.includes(id) ? topmost(graph, selection) : [id];
}

/** Puts nodes below another one, as one step. */
export function putBelow(workspace: Workspace, ids: readonly string[], targetId: string): void {
  const { graph, view } = workspace;
  if (!canMoveBelow(graph, ids, targetId)) return;
  const moves = ids
    .filter((id) => graph.node(id) && graph.node(id)?.parentId !== targetId)
    .map((node_id) => ({ node_id, new_parent_id: targetId }));
  view.setState({ expanded: new Set([...view.getState().expanded, targetId]) });
  if (moves.length === 1 && moves[0]) void move(workspace, moves[0]);
  else {
    const commands = moves.map((data) => ({ command_type: 'MoveNode' as const, data }));
    void give(workspace, { command_type: 'Batch', data: { commands } });
  }
}
