/**
 * What people are told in passing. How it looks is the matter of a component.
 */

import { createStore } from 'zustand/vanilla';
import { newId } from '../net/index.ts';

export interface Notice {
  readonly id: string;
  readonly kind: 'done' | 'warning' | 'error';
  readonly title: string;
  readonly text?: string;
  /** What can be done about it. */
  readonly actions?: readonly { readonly label: string; readonly run: () => void }[];
}

export const notices = createStore<{ all: readonly Notice[] }>(() => ({ all: [] }));

/** Tells something; of those with the same `id` only the last is there. */
export function notify(notice: Omit<Notice, 'id'> & { id?: string }): void {
  const told = { id: newId(), ...notice };
  notices.setState(({ all }) => ({ all: [...all.filter(({ id }) => id !== told.id), told].slice(-5) }));
}

export function dismiss(id: string): void {
  notices.setState(({ all }) => ({ all: all.filter((notice) => notice.id !== id) }));
}
