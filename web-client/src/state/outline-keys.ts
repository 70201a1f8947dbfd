/**
 * What a key means in the outline. It does nothing by itself.
 */

import type { Way } from './outline-steps.ts';

/** A key that was pressed. */
export interface Stroke {
  readonly key: string;
  /** Ctrl, or Cmd. */
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/** What to do to what is selected. */
export type Edit =
  | 'add-beside'
  | 'add-below'
  | 'indent'
  | 'outdent'
  | 'move-up'
  | 'move-down'
  | 'rename'
  | 'delete';

export type Action =
  | { readonly do: 'go'; readonly way: Way; readonly extends: boolean }
  | { readonly do: 'right' | 'left' | 'open-siblings' | 'select-all' | 'leave' }
  | { readonly do: 'type'; readonly text: string }
  | { readonly do: 'edit'; readonly edit: Edit };

const WAYS: Readonly<Record<string, Way>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

/** Keys with nothing held but, where it says so, Shift. */
const PLAIN: Readonly<Record<string, Edit>> = {
  Enter: 'add-beside',
  F2: 'rename',
  Delete: 'delete',
  Backspace: 'delete',
};

const WITH_ALT: Readonly<Record<string, Edit>> = {
  ArrowUp: 'move-up',
  ArrowDown: 'move-down',
  ArrowLeft: 'outdent',
  ArrowRight: 'indent',
};

/** How the outline is used at the moment. */
export interface Mode {
  readonly canEdit: boolean;
  /** Whether Tab goes on to what is behind the outline. */
  readonly tabLeaves: boolean;
  /** Whether a name is being typed: then a space belongs to it. */
  readonly isTyping: boolean;
}

/** What a key means; undefined if it means nothing here. */
export function actionOf(stroke: Stroke, mode: Mode): Action | undefined {
  const edit = editOf(stroke, mode);
  if (edit) return mode.canEdit ? { do: 'edit', edit } : undefined;
  const { key, ctrl, alt, shift } = stroke;
  if (alt) return undefined;
  if (ctrl) return key === 'a' ? { do: 'select-all' } : undefined;
  const way = WAYS[key];
  if (way) return { do: 'go', way, extends: shift };
  if (key === 'Escape') return { do: 'leave' };
  if (key === '*') return { do: 'open-siblings' };
  if (!shift && key === 'ArrowRight') return { do: 'right' };
  if (!shift && key === 'ArrowLeft') return { do: 'left' };
  const isName = /^[\p{L}\p{N}]$/u.test(key) || (key === ' ' && mode.isTyping);
  return isName ? { do: 'type', text: key } : undefined;
}

function editOf({ key, ctrl, alt, shift }: Stroke, { tabLeaves }: Mode): Edit | undefined {
  if (alt) return ctrl || shift ? undefined : WITH_ALT[key];
  if (ctrl) return key === 'Enter' && !shift ? 'add-below' : undefined;
  if (key === 'Tab') return tabLeaves ? undefined : shift ? 'outdent' : 'indent';
  return shift ? undefined : PLAIN[key];
}
