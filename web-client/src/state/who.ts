/**
 * Who uses this browser: kept in it, the same in every tab.
 */

import { createStore } from 'zustand/vanilla';
import { type Credentials, newId } from '../net/index.ts';

const KEY = 'graphroom-who';

/** What is known of who is here. */
export interface Who extends Credentials {
  readonly name: string;
}

export const who = createStore<Who>(() => read() ?? keep(guest()));

// Another tab signed in or out, or took another name.
globalThis.addEventListener?.('storage', (event) => {
  const now = event.key === KEY ? read() : undefined;
  if (now) who.setState(now, true);
});

/** Takes another name. */
export function rename(name: string): void {
  become({ ...who.getState(), name });
}

/** Is somebody whom the server knows. */
export function signedIn(userId: string, token: string): void {
  become({ userId, name: userId, token });
}

/** Is nobody the server knows any more. */
export function signedOut(): void {
  become(guest());
}

function become(next: Who) {
  who.setState(keep(next), true);
}

function guest(): Who {
  const userId = newId();
  return { userId, name: `Guest ${userId.slice(0, 4)}` };
}

function read(): Who | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Who> | null;
    return kept?.userId && kept.name ? (kept as Who) : undefined;
  } catch {
    return undefined;
  }
}

function keep(next: Who): Who {
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Without storage one is somebody else after a reload.
  }
  return next;
}
