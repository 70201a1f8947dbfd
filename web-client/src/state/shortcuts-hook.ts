/**
 * Shortcuts that work wherever the focus is in the page.
 */

import { useEffect, useEffectEvent } from 'react';
import { isPressed, type ShortcutId } from './shortcuts.ts';

interface Options {
  /** Also while a field has the focus. */
  readonly whileTyping?: boolean;
  /** Keys alone do nothing; with a modifier they do. */
  readonly withoutSingleKeys?: boolean;
}

/** Calls back when a shortcut is pressed, unless what has the focus has taken the key. */
export function useShortcut(id: ShortcutId, run: () => void, options: Options = {}): void {
  const { whileTyping, withoutSingleKeys } = options;
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || !isPressed(id, event)) return;
    if (!whileTyping && isTyping(event.target)) return;
    if (withoutSingleKeys && !(event.ctrlKey || event.metaKey || event.altKey)) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Whether keys go into a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !NOT_TYPED.has(target.type);
}

/** Inputs that take no text. */
const NOT_TYPED: ReadonlySet<string> = new Set(['button', 'checkbox', 'radio', 'range', 'submit', 'reset']);
