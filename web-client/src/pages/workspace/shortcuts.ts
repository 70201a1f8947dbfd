/**
 * Which keys take a step back or do it again, and where they mean something else. Pure but for `hasOwnUndo`.
 */

type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** What the keys ask for. */
export function stepOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Keys): 'undo' | 'redo' | null {
  if (altKey || ctrlKey === metaKey) return null;
  switch (key.toLowerCase()) {
    case 'z':
      return shiftKey ? 'redo' : 'undo';
    case 'y':
      return ctrlKey && !shiftKey ? 'redo' : null;
    default:
      return null;
  }
}

/** Inputs that are no text. */
const NO_TEXT = new Set(['checkbox', 'radio', 'button', 'submit', 'range', 'color', 'file']);

/** Whether something that is typed into undoes what was typed by itself. Fields say `data-unchanged` where there is nothing to undo. */
export function hasOwnUndo(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.dataset.unchanged === 'true') return false;
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** The keys as people on this machine know them. */
export function keysOf(step: 'undo' | 'redo'): string {
  const isMac = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');
  if (isMac) return step === 'undo' ? '⌘Z' : '⇧⌘Z';
  return step === 'undo' ? 'Ctrl+Z' : 'Ctrl+Shift+Z';
}
