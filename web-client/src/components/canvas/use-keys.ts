/**
 * The keyboard on the canvas.
 */

import type { KeyboardEvent } from 'react';
import { block, remove } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { name, offer, select, toggle } from './acts.ts';
import { useBoardStore } from './board.ts';
import type { Layout } from './layout.ts';
import { canWait } from './relations.ts';
import { isArrow, step } from './walk.ts';

/** What screen readers say of the canvas. */
export const KEYS =
  'Arrow keys move along the tree, with Shift they add to the selection. Space opens and closes. Enter renames, Delete deletes, Plus adds below. ' +
  'With two nodes selected, B makes the second wait for the first.';

export function useKeys(layout: Layout): (event: KeyboardEvent) => void {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const { view } = workspace;

  const walk = (event: KeyboardEvent): boolean => {
    if (!isArrow(event.key)) return false;
    const next = step(layout, view.getState().selection.at(-1), event.key);
    if (next && 'open' in next) toggle(workspace, board, next.open);
    else if (next) select(workspace, next.to, event.shiftKey);
    return true;
  };

  const act = (event: KeyboardEvent): boolean => {
    const { selection } = view.getState();
    const last = selection.at(-1);
    switch (event.key) {
      case 'Enter':
      case 'F2':
        if (last !== undefined) name(workspace, board, last);
        return last !== undefined;
      case ' ':
        if (last !== undefined && workspace.graph.children(last).length > 0) toggle(workspace, board, last);
        return true;
      case 'Delete':
      case 'Backspace':
        deleteSelected();
        return true;
      case '+':
        if (last !== undefined) offer(workspace, board, last);
        return true;
      case 'b':
        return waitForFirst(selection);
      default:
        return false;
    }
  };

  const deleteSelected = () => {
    const { selection } = view.getState();
    const last = selection.at(-1);
    const parentId = last === undefined ? null : (workspace.graph.node(last)?.parentId ?? null);
    if (!canEdit(view.getState()) || selection.length === 0) return;
    void remove(workspace, selection);
    if (parentId !== null && workspace.graph.node(parentId)) select(workspace, parentId);
  };

  const waitForFirst = (selection: readonly string[]): boolean => {
    const [blocker, blocked] = selection;
    if (selection.length !== 2 || blocker === undefined || blocked === undefined) return false;
    if (canWait(workspace.graph, blocked, blocker)) void block(workspace, blocked, blocker);
    return true;
  };

  return (event) => {
    // Fields, buttons and menus on the canvas have keys of their own.
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!walk(event) && !act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
