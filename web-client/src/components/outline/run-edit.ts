/**
 * What keys and menu items do to the nodes that are selected.
 */

import { indexOf } from '../../core/index.ts';
import { addBelow, addBeside, countBelow, moveAll, removeAll } from '../../state/outline-edits.ts';
import type { Edit } from '../../state/outline-keys.ts';
import { indent, outdent, shift, topmostOf } from '../../state/outline-moves.ts';
import { inOrder, type Rows } from '../../state/outline-rows.ts';
import { canEdit, type Workspace } from '../../state/workspace.ts';

/** Deleting more than so many nodes with what is selected is asked about. */
const UNASKED = 20;

/** What the outline does beside the graph. */
export interface Surface {
  /** Tells those who do not see it. */
  say(text: string): void;
  /** Asks before nodes are deleted. */
  ask(ids: readonly string[]): void;
}

export function runEdit(workspace: Workspace, rows: Rows, edit: Edit, surface: Surface): void {
  const { graph, view } = workspace;
  const { selection } = view.getState();
  const active = selection.at(-1);
  if (!active || !canEdit(view.getState())) return;
  const ids = topmostOf(graph, inOrder(rows, selection));
  const moved = (moves: ReturnType<typeof indent>, failed: string, place: () => string) => {
    void moveAll(workspace, moves);
    surface.say(moves.length === 0 ? failed : place());
  };
  switch (edit) {
    case 'add-beside':
      addBeside(workspace, active);
      break;
    case 'add-below':
      addBelow(workspace, active);
      break;
    case 'rename':
      view.setState({ renaming: active });
      break;
    case 'delete':
      if (countBelow(workspace, ids) > UNASKED || hasRoot(workspace, ids)) surface.ask(ids);
      else removeAll(workspace, ids);
      break;
    case 'indent':
      moved(indent(graph, ids), 'There is nothing above to put this under', () => under(workspace, active));
      break;
    case 'outdent':
      moved(outdent(graph, ids), 'This is the outermost level', () => under(workspace, active));
      break;
    case 'move-up':
      moved(shift(graph, ids, -1), 'This is the first already', () => place(workspace, active));
      break;
    case 'move-down':
      moved(shift(graph, ids, 1), 'This is the last already', () => place(workspace, active));
      break;
  }
}

function hasRoot({ graph }: Workspace, ids: readonly string[]): boolean {
  return ids.some((id) => graph.node(id)?.parentId === null);
}

function under({ graph }: Workspace, id: string): string {
  const parent = graph.node(graph.node(id)?.parentId ?? '');
  return parent ? `Now below ${parent.name}` : 'Now a root';
}

function place({ graph }: Workspace, id: string): string {
  const siblings = graph.children(graph.node(id)?.parentId ?? null);
  return `Now ${indexOf(graph, id) + 1} of ${siblings.length}`;
}
