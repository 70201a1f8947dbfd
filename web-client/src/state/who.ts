/**
 * Who uses this browser: kept in it, the same in every tab; and whether the server wants proof of it.
 */

import { createStore } from 'zustand/vanilla';
import { type Credentials, newId } from '../net/index.ts';

const KEY = 'graphroom-who';

/** What is known of who is here. */
export interface Who extends Credentials {
  readonly name: string;
}

export const who = createStore<Who>(() => read() ?? keep(guest()));

/** What stands between this person and the server. */
export interface Gate {
  /** The server asked who this is, and what was shown does not count. */
  readonly isClosed: boolean;
  /** How many parts of the page ask for it in place: without one, people are sent to the page that asks. */
  readonly askers: number;
}

export const gate = createStore<Gate>(() => ({ isClosed: false, askers: 0 }));

// Another tab signed in or out, or took another name.
globalThis.addEventListener?.('storage', (event) => {
  const now = event.key === KEY ? read() : undefined;
  if (now) take(now);
});

/** Takes another name. */
export function rename(name: string): void {
  take(keep({ ...who.getState(), name }));
}

/** Is somebody whom the server knows. */
export function signedIn(userId: string, token: string): void {
  take(keep({ userId, name: userId, token }));
}

/** Is nobody the server knows any more. */
export function signedOut(): void {
  take(keep(guest()));
}

/** What was shown does not count: it is asked for, unless something newer is there by now. */
export function unproved({ token }: Credentials): void {
  if (token === who.getState().token) gate.setState({ isClosed: true });
}

/** Asks in place as long as the function that it returns is not called. */
export function askInPlace(): () => void {
  gate.setState(({ askers }) => ({ askers: askers + 1 }));
  return () => gate.setState(({ askers }) => ({ askers: askers - 1 }));
}

function take(next: Who) {
  if (next.token && next.token !== who.getState().token) gate.setState({ isClosed: false });
  who.setState(next, true);
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
