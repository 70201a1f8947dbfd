/**
 * What happened in a session, as far as it is kept here: the last thousand events, read page by page behind those that are known.
 */

import type { EventPage } from '@protocol';

/** So many events are kept. */
export const KEPT = 1_000;
/** So many of what was before are read first. */
const BEFORE = 200;

export type EventKind = 'graph' | 'published';

export interface LoggedEvent {
  readonly key: string;
  /** Its place in the journal; null for what was published. */
  readonly seq: number | null;
  readonly at: string;
  readonly event: string;
  /** Who did it. */
  readonly by: string;
  /** What it was about, in short. */
  readonly about: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface EventLog {
  /** Newest first. */
  readonly entries: readonly LoggedEvent[];
  /** Where the next page begins. */
  readonly place: string | undefined;
  /** Events that came too fast to be read. */
  readonly missed: number;
}

interface Beginning {
  readonly epoch: string | null;
  readonly seq: number;
}

/** A log with nothing in it yet, which begins a little before now. */
export function begin({ epoch, seq }: Beginning, kind: EventKind): EventLog {
  const place = kind === 'graph' && epoch ? placeOf(epoch, Math.max(0, seq - BEFORE)) : undefined;
  return { entries: [], place, missed: 0 };
}

/** The log with what a page tells. */
export function goOn(log: EventLog, page: EventPage, kind: EventKind): EventLog {
  const { epoch, seq, head, mode } = page;
  const fresh = page.events.map((event) => logged(event as Record<string, unknown>)).reverse();
  const entries = fresh.length > 0 ? [...fresh, ...log.entries].slice(0, KEPT) : log.entries;
  if (kind === 'published') return { ...log, entries, place: placeOf('published', seq) };
  if (epoch === null) return { ...log, entries };
  // The journal is another one, or has no such place any more.
  if (mode === 'fetch') return { ...begin({ epoch, seq: head }, kind), missed: log.missed };
  const next = head - seq > KEPT ? head - BEFORE : seq;
  return { entries, place: placeOf(epoch, next), missed: log.missed + next - seq };
}

/** Whether every word of a text is somewhere in what is shown of an event. */
export function matches({ event, by, about, seq }: LoggedEvent, text: string): boolean {
  const all = `${seq ?? ''} ${event} ${by} ${about}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function placeOf(epoch: string, seq: number): string {
  return `${epoch}:${seq}`;
}

function logged(event: Record<string, unknown>): LoggedEvent {
  return typeof event.event_type === 'string' ? published(event) : ofGraph(event);
}

/** What every graph event has, and what is shown apart. */
const ENVELOPE = new Set(
  'event session_id project_id epoch seq timestamp command_id command_type author node_id'.split(' '),
);

function ofGraph(event: Record<string, unknown>): LoggedEvent {
  const author = (event.author ?? {}) as { name?: string | null; user_id?: string };
  const rest = Object.fromEntries(Object.entries(event).filter(([name]) => !ENVELOPE.has(name)));
  return {
    key: String(event.seq),
    seq: Number(event.seq),
    at: String(event.timestamp),
    event: String(event.event),
    by: author.name ?? author.user_id ?? '',
    about: inShort(rest),
    payload: event,
  };
}

function published(event: Record<string, unknown>): LoggedEvent {
  return {
    key: String(event.message_id),
    seq: null,
    at: new Date(Number(event.timestamp) * 1_000).toISOString(),
    event: String(event.event_type),
    by: '',
    about: inShort((event.payload ?? {}) as Record<string, unknown>),
    payload: event,
  };
}

/** How long a line about an event is at most. */
const LINE = 160;

function inShort(rest: Record<string, unknown>): string {
  const parts = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = parts.join(' · ');
  return line.length > LINE ? `${line.slice(0, LINE)}…` : line;
}
