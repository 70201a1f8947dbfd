/**
 * What was chosen in the palette last, in any project: kept in this browser.
 */

import { createStore } from 'zustand/vanilla';

const KEY = 'graphroom-recent';
/** How much is kept: nodes of several projects are among it. */
const MOST = 40;

/** The latest first. */
export const recent = createStore<{ keys: readonly string[] }>(() => ({ keys: read() }));

export function remember(key: string): void {
  const keys = withLatest(recent.getState().keys, key, MOST);
  recent.setState({ keys });
  try {
    localStorage.setItem(KEY, JSON.stringify(keys));
  } catch {
    // Without storage it is forgotten with the page.
  }
}

export function withLatest(keys: readonly string[], key: string, most: number): string[] {
  return [key, ...keys.filter((other) => other !== key)].slice(0, most);
}

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}
