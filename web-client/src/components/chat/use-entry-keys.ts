/**
 * The log by keys: one line has the keyboard, arrows go on, and what can be done with a line has a key.
 */

import type { MessageView } from '@protocol';
import { type FocusEvent, type KeyboardEvent, type RefObject, useState } from 'react';
import type { Said } from './rows.ts';

interface Acts {
  readonly edit: (message: MessageView) => void;
  readonly delete: (message: MessageView) => void;
  /** Goes to where messages are written. */
  readonly leave: () => void;
}

export function useEntryKeys(log: RefObject<HTMLElement | null>, said: readonly Said[], acts: Acts) {
  const [wish, setWish] = useState<string>();
  // The last one as long as nobody went elsewhere, or where that is gone.
  const active = said.some(({ name }) => name === wish) ? wish : said.at(-1)?.name;
  const go = (to: Said | undefined) => {
    if (!to) return;
    setWish(to.name);
    const line = [...(log.current?.querySelectorAll<HTMLElement>('article') ?? [])].find(
      ({ dataset }) => dataset.key === to.name,
    );
    line?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // What stands in a line has its own keys.
    if (!(event.target instanceof HTMLElement) || event.target.tagName !== 'ARTICLE') return;
    const at = said.findIndex(({ name }) => name === active);
    const { message } = said[at] ?? {};
    const act = actOf(event.key, at, said.length);
    if (act === null) return;
    event.preventDefault();
    if (typeof act === 'number') go(said[act]);
    else if (act === 'leave') acts.leave();
    else if (message && !message.deleted_at) acts[act](message);
  };
  const onFocus = ({ target }: FocusEvent) => {
    const key = target instanceof HTMLElement && target.closest('article')?.dataset.key;
    if (key) setWish(key);
  };
  return { active, onKeyDown, onFocus };
}

/** What a key does to the line at a place: goes to another, or does something with it. */
function actOf(key: string, at: number, count: number): number | 'edit' | 'delete' | 'leave' | null {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'F2':
      return 'edit';
    case 'Delete':
      return 'delete';
    case 'Escape':
      return 'leave';
    default:
      return null;
  }
}
