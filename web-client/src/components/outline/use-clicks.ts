/**
 * The pointer in the outline: one listener for all rows, which tell by `data-node` and `data-act` what was hit.
 */

import type { MouseEvent, RefObject } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { addBelow } from '../../state/outline-edits.ts';
import { between, type Rows } from '../../state/outline-rows.ts';
import { expand, select, toggle } from '../../state/selection.ts';
import { canEdit, type Workspace } from '../../state/workspace.ts';
import { rowId } from './row.tsx';
import type { MenuPlace } from './row-menu.tsx';

interface Options {
  readonly rows: Rows;
  readonly anchor: RefObject<string | null>;
  readonly onMenu: (place: MenuPlace) => void;
}

export function useClicks({ rows, anchor, onMenu }: Options) {
  const workspace = useWorkspace();
  const { graph, view } = workspace;

  const choose = (id: string, { shiftKey, ctrlKey, metaKey }: MouseEvent) => {
    if (shiftKey) {
      const { selection } = view.getState();
      if (!selection.includes(anchor.current ?? '')) anchor.current = selection.at(-1) ?? id;
      select(workspace, between(rows, anchor.current ?? id, id));
      return;
    }
    anchor.current = id;
    if (ctrlKey || metaKey) toggle(workspace, id);
    else select(workspace, [id]);
  };

  const onClick = (event: MouseEvent<HTMLElement>) => {
    const { id, act, button } = hit(event);
    if (!id) return;
    if (act === 'toggle') {
      expand(workspace, [id], !view.getState().expanded.has(id));
    } else if (act === 'add' && button) {
      add(workspace, id, button, onMenu);
    } else if (act === 'menu' && button) {
      if (!view.getState().selection.includes(id)) choose(id, event);
      onMenu({ id, ...below(button) });
    } else if (!(event.target instanceof HTMLInputElement)) {
      choose(id, event);
    }
  };

  const onDoubleClick = (event: MouseEvent<HTMLElement>) => {
    const { id, act } = hit(event);
    if (id && !act && canEdit(view.getState())) view.setState({ renaming: id });
  };

  const onContextMenu = (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement) return;
    // A key asks for the menu of the row that keys work on.
    const byKey = event.target === event.currentTarget && event.button !== 2;
    const id = byKey ? view.getState().selection.at(-1) : hit(event).id;
    // Where there is nothing to choose from the browser has its own.
    if (!id || (!canEdit(view.getState()) && graph.children(id).length === 0)) return;
    event.preventDefault();
    if (!view.getState().selection.includes(id)) select(workspace, [id]);
    const row = byKey ? document.getElementById(rowId(id)) : null;
    onMenu({ id, ...(row ? inside(row) : { x: event.clientX, y: event.clientY }) });
  };

  return { onClick, onDoubleClick, onContextMenu };
}

/** Adds a node below another one: at once, or after a choice of its type where there is one. */
export function add(
  workspace: Workspace,
  id: string,
  button: Element,
  onMenu: (place: MenuPlace) => void,
): void {
  const { graph, schema } = workspace;
  const types = schema.allowedBelow(graph.node(id)?.type ?? '');
  if (types.length > 1) onMenu({ id, ...below(button), only: 'types' });
  else addBelow(workspace, id);
}

function hit({ target }: MouseEvent) {
  const element = target instanceof Element ? target : null;
  const button = element?.closest<HTMLElement>('[data-act]') ?? null;
  const id = element?.closest<HTMLElement>('[data-node]')?.dataset.node;
  return { id, act: button?.dataset.act, button };
}

function below(element: Element): { x: number; y: number } {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom };
}

function inside(row: Element): { x: number; y: number } {
  const { left, bottom } = row.getBoundingClientRect();
  return { x: left + 32, y: bottom };
}
