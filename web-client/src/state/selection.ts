/**
 * What is selected in this window: how it changes, and that the others hear of it.
 */

import type { StoreApi } from 'zustand/vanilla';
import { isWithin } from '../core/index.ts';
import type { Session } from '../net/index.ts';
import type { View, Workspace } from './workspace.ts';

/** More than so many ids the server does not tell. */
const TOLD = 200;

/** Selects nodes; the last is the one that keys work on and whose properties show. */
export function select({ view }: Workspace, ids: readonly string[]): void {
  const { selection } = view.getState();
  if (ids.length === selection.length && ids.every((id, at) => id === selection[at])) return;
  view.setState({ selection: ids });
}

/** Adds a node to what is selected, or takes it away. */
export function toggle(workspace: Workspace, id: string): void {
  const { selection } = workspace.view.getState();
  const others = selection.filter((other) => other !== id);
  select(workspace, others.length < selection.length ? others : [...others, id]);
}

/** Shows what is below a node, or hides it; what was selected there gives way to the node. */
export function expand(workspace: Workspace, ids: readonly string[], isOpen = true): void {
  const { graph, view } = workspace;
  const { expanded, selection } = view.getState();
  const next = new Set(expanded);
  for (const id of ids) {
    if (isOpen) next.add(id);
    else next.delete(id);
  }
  view.setState({ expanded: next });
  if (isOpen) return;
  const shown = selection.map((id) => ids.find((above) => isWithin(graph, id, above)) ?? id);
  // Of what is there twice the last counts: it is the one that keys work on.
  select(workspace, [...new Set(shown.toReversed())].toReversed());
}

/** Tells the others what is selected here, until the function that it returns is called. */
export function tellSelection({ presence }: Session, view: StoreApi<View>): () => void {
  const tell = ({ selection }: View) =>
    presence.set({ selection: selection.length > 0 ? selection.slice(-TOLD) : null });
  tell(view.getState());
  return view.subscribe((now, before) => {
    if (now.selection !== before.selection) tell(now);
  });
}
