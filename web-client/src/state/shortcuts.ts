/**
 * The keys that do something, where they do it, and how they are written for people. One table: the help shows it, the palette
 * writes its keys beside its actions, and listeners ask it. It listens to nothing itself; see `shortcuts-hook.ts`.
 */

/** Where keys do something. */
export type Where = 'anywhere' | 'outline' | 'graph' | 'properties' | 'history' | 'chat' | 'lists';

export interface Shortcut {
  readonly id: string;
  /** Each is one way to do it: names joined by `+`, where `Mod` is Command on a Mac and Control elsewhere. */
  readonly keys: readonly string[];
  /** The same on a Mac, where that differs by more than `Mod`. */
  readonly macKeys?: readonly string[];
  readonly does: string;
  readonly where: Where;
}

export const PLACES: Readonly<Record<Where, string>> = {
  anywhere: 'Anywhere in a project',
  outline: 'In the outline',
  graph: 'In the graph',
  properties: 'In the properties',
  history: 'In the history',
  chat: 'In the chat',
  lists: 'In the command palette',
};

export const SHORTCUTS = [
  { id: 'palette', keys: ['Mod+K'], does: 'Find a node or an action', where: 'anywhere' },
  { id: 'help', keys: ['?', 'Mod+/'], does: 'Show these keys', where: 'anywhere' },
  { id: 'undo', keys: ['Mod+Z'], does: 'Undo your last step', where: 'anywhere' },
  {
    id: 'redo',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    macKeys: ['Mod+Shift+Z'],
    does: 'Do it again',
    where: 'anywhere',
  },
  { id: 'history', keys: ['Mod+Shift+H'], does: 'Open or close the history', where: 'anywhere' },
  { id: 'chat', keys: ['Mod+Shift+M'], does: 'Open or close the chat', where: 'anywhere' },
  { id: 'copy-link', keys: ['Mod+Shift+L'], does: 'Copy a link to the node', where: 'anywhere' },

  {
    id: 'outline-move',
    keys: ['ArrowUp', 'ArrowDown'],
    does: 'Go to the node above or below',
    where: 'outline',
  },
  {
    id: 'outline-open',
    keys: ['ArrowRight'],
    does: 'Open a node, or go to its first child',
    where: 'outline',
  },
  { id: 'outline-close', keys: ['ArrowLeft'], does: 'Close a node, or go to its parent', where: 'outline' },
  { id: 'outline-open-all', keys: ['*'], does: 'Open all nodes beside this one', where: 'outline' },
  { id: 'outline-page', keys: ['PageUp', 'PageDown'], does: 'Go a page up or down', where: 'outline' },
  { id: 'outline-ends', keys: ['Home', 'End'], does: 'Go to the first or the last node', where: 'outline' },
  {
    id: 'outline-range',
    keys: ['Shift+ArrowUp', 'Shift+ArrowDown'],
    does: 'Select more nodes',
    where: 'outline',
  },
  { id: 'outline-all', keys: ['Mod+A'], does: 'Select all nodes', where: 'outline' },
  { id: 'outline-new', keys: ['Enter'], does: 'New node beside this one', where: 'outline' },
  { id: 'outline-new-below', keys: ['Mod+Enter'], does: 'New node below this one', where: 'outline' },
  { id: 'rename', keys: ['F2'], does: 'Rename', where: 'outline' },
  {
    id: 'delete',
    keys: ['Delete', 'Backspace'],
    macKeys: ['Backspace', 'Delete'],
    does: 'Delete what is selected',
    where: 'outline',
  },
  {
    id: 'outline-indent',
    keys: ['Tab', 'Alt+ArrowRight'],
    does: 'Put it below the one above',
    where: 'outline',
  },
  {
    id: 'outline-outdent',
    keys: ['Shift+Tab', 'Alt+ArrowLeft'],
    does: 'Put it beside its parent',
    where: 'outline',
  },
  {
    id: 'outline-reorder',
    keys: ['Alt+ArrowUp', 'Alt+ArrowDown'],
    does: 'Move it up or down',
    where: 'outline',
  },
  { id: 'outline-leave', keys: ['Escape'], does: 'Let Tab leave the outline', where: 'outline' },

  {
    id: 'graph-move',
    keys: ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'],
    does: 'Go along the tree',
    where: 'graph',
  },
  { id: 'graph-open', keys: ['Space'], does: 'Open or close a node', where: 'graph' },
  { id: 'graph-new', keys: ['Plus'], does: 'New node below this one', where: 'graph' },
  { id: 'graph-rename', keys: ['Enter', 'F2'], does: 'Rename', where: 'graph' },
  {
    id: 'graph-delete',
    keys: ['Delete', 'Backspace'],
    macKeys: ['Backspace', 'Delete'],
    does: 'Delete what is selected',
    where: 'graph',
  },
  { id: 'graph-wait', keys: ['B'], does: 'Of two nodes, the second waits for the first', where: 'graph' },

  { id: 'history-step', keys: ['ArrowLeft', 'ArrowRight'], does: 'Go one step back or on', where: 'history' },
  { id: 'history-leap', keys: ['PageDown', 'PageUp'], does: 'Go a tenth back or on', where: 'history' },
  {
    id: 'history-ends',
    keys: ['Home', 'End'],
    does: 'Go to the beginning, or back to now',
    where: 'history',
  },
  {
    id: 'history-entries',
    keys: ['ArrowUp', 'ArrowDown'],
    does: 'Go through the timeline',
    where: 'history',
  },
  { id: 'history-show', keys: ['Enter'], does: 'Show the project as it was then', where: 'history' },

  { id: 'chat-send', keys: ['Enter'], does: 'Send the message', where: 'chat' },
  { id: 'chat-line', keys: ['Shift+Enter'], does: 'Begin a new line', where: 'chat' },
  {
    id: 'chat-edit-last',
    keys: ['ArrowUp'],
    does: 'In an empty field: edit your last message',
    where: 'chat',
  },
  { id: 'chat-edit', keys: ['F2'], does: 'Edit the message', where: 'chat' },
  { id: 'chat-delete', keys: ['Delete'], does: 'Delete the message', where: 'chat' },
  {
    id: 'chat-back',
    keys: ['Escape'],
    does: 'Go back to the field, then to all conversations',
    where: 'chat',
  },

  { id: 'list-move', keys: ['ArrowUp', 'ArrowDown'], does: 'Go through what was found', where: 'lists' },
  { id: 'list-run', keys: ['Enter'], does: 'Do it, or go there', where: 'lists' },
  { id: 'list-close', keys: ['Escape'], does: 'Close', where: 'lists' },
] as const satisfies readonly Shortcut[];

export type ShortcutId = (typeof SHORTCUTS)[number]['id'];

/** Whether this is a Mac, or a tablet or phone with its keys. */
export function isApple(platform = globalThis.navigator?.platform ?? ''): boolean {
  return /mac|iphone|ipad/i.test(platform);
}

export function shortcut(id: ShortcutId): Shortcut {
  const found = SHORTCUTS.find((each) => each.id === id);
  if (!found) throw new Error(`there is no shortcut ${id}`);
  return found;
}

/** The ways to do it on this kind of machine. */
export function waysOf({ keys, macKeys }: Shortcut, apple = isApple()): readonly string[] {
  return apple && macKeys ? macKeys : keys;
}

/** The keys of one way as they are printed on the keyboard. */
export function labelsOf(way: string, apple = isApple()): string[] {
  return way.split('+').map((key) => (apple ? APPLE[key] : OTHERS[key]) ?? BOTH[key] ?? key);
}

/** Whether a key that was pressed is the shortcut's. */
export function isPressed(id: ShortcutId, event: Pressed, apple = isApple()): boolean {
  return waysOf(shortcut(id), apple).some((way) => isWay(way, event, apple));
}

/** What is read of a keyboard event. */
export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

function isWay(way: string, event: Pressed, apple: boolean): boolean {
  const names = way.split('+');
  const key = names.at(-1) ?? '';
  if (event.key.toLowerCase() !== key.toLowerCase()) return false;
  const isMod = names.includes('Mod');
  const [mod, other] = apple ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  const shift = isSign || event.shiftKey === names.includes('Shift');
  return mod === isMod && !other && shift && event.altKey === names.includes('Alt');
}

const APPLE: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Backspace: '⌫' };
const OTHERS: Readonly<Record<string, string>> = { Mod: 'Ctrl' };
const BOTH: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Escape: 'Esc',
  Plus: '+',
};
