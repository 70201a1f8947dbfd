/**
 * The keyboard in the outline. What a key means is said elsewhere, without a screen.
 */

import { type KeyboardEvent, type RefObject, useRef } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { type Action, actionOf, type Edit } from '../../state/outline-keys.ts';
import { between, type Rows, shownAt } from '../../state/outline-rows.ts';
import { leftOf, rightOf, stepFrom, type Turn, typedAt } from '../../state/outline-steps.ts';
import { expand, select } from '../../state/selection.ts';
import { canEdit } from '../../state/workspace.ts';

/** Letters that come this fast are one word, in milliseconds. */
const ONE_WORD = 700;

export interface Keys {
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  /** Where a selection by Shift begins. */
  readonly anchor: RefObject<string | null>;
  /** Whether Tab goes on to what is behind the outline: until something is done in it, and after Escape. */
  readonly tabLeaves: RefObject<boolean>;
}

interface Options {
  readonly rows: Rows;
  /** How many rows a page has. */
  readonly page: () => number;
  readonly onEdit: (edit: Edit) => void;
  readonly say: (text: string) => void;
}

export function useKeys({ rows, page, onEdit, say }: Options): Keys {
  const workspace = useWorkspace();
  const { graph, view } = workspace;
  const anchor = useRef<string | null>(null);
  const tabLeaves = useRef(true);
  const typed = useRef({ text: '', at: 0 });

  const active = () => shownAt(rows, graph, view.getState().selection.at(-1));
  const go = (id: string | undefined) => {
    if (!id) return;
    anchor.current = id;
    select(workspace, [id]);
  };
  const extend = (id: string | undefined) => {
    if (!id) return;
    // What was made or found meanwhile was selected without it.
    if (!view.getState().selection.includes(anchor.current ?? '')) anchor.current = active() ?? id;
    select(workspace, between(rows, anchor.current ?? id, id));
  };
  const turn = (to: Turn | undefined) => {
    if (!to) return;
    if ('go' in to) go(to.go);
    else if ('open' in to) expand(workspace, [to.open]);
    else expand(workspace, [to.close], false);
  };
  const type = (letter: string) => {
    const now = Date.now();
    const text = now - typed.current.at < ONE_WORD ? typed.current.text + letter : letter;
    typed.current = { text, at: now };
    go(typedAt(rows, (id) => graph.node(id)?.name ?? '', active(), text));
  };
  const leave = () => {
    go(active());
    tabLeaves.current = true;
    if (canEdit(view.getState())) say('Tab leaves the outline now');
  };

  const act = (action: Action) => {
    const id = active();
    const { expanded } = view.getState();
    tabLeaves.current = false;
    switch (action.do) {
      case 'go':
        (action.extends ? extend : go)(stepFrom(rows, id, action.way, page()));
        break;
      case 'right':
        turn(id ? rightOf(graph, expanded, id) : undefined);
        break;
      case 'left':
        turn(id ? leftOf(graph, expanded, id) : undefined);
        break;
      case 'open-siblings':
        if (id) expand(workspace, graph.children(graph.node(id)?.parentId ?? null));
        break;
      case 'select-all':
        select(workspace, [
          ...rows.list.map((row) => row.id).filter((other) => other !== id),
          ...(id ? [id] : []),
        ]);
        break;
      case 'leave':
        leave();
        break;
      case 'type':
        type(action.text);
        break;
      case 'edit':
        onEdit(action.edit);
        break;
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // A name that is being written has keys of its own.
    if (event.defaultPrevented || event.target instanceof HTMLInputElement) return;
    const { key, altKey: alt, shiftKey: shift } = event;
    const isTyping = typed.current.text !== '' && Date.now() - typed.current.at < ONE_WORD;
    const action = actionOf(
      { key, ctrl: event.ctrlKey || event.metaKey, alt, shift },
      { canEdit: canEdit(view.getState()), tabLeaves: tabLeaves.current, isTyping },
    );
    if (!action) return;
    event.preventDefault();
    act(action);
  };

  return { onKeyDown, anchor, tabLeaves };
}
