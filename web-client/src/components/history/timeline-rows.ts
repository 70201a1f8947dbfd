/**
 * The lines of a timeline: entries below the day that they are of, and how news come before them.
 */

import type { HistoryEntry, HistoryPage } from '@protocol';
import { dayName, dayOf } from './when.ts';

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly name: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: HistoryEntry };

/** Pages as they were read, newest first. */
export interface Pages {
  readonly pages: HistoryPage[];
  readonly pageParams: (number | undefined)[];
}

export function rowsOf(pages: readonly HistoryPage[], now = new Date()): Row[] {
  const rows: Row[] = [];
  let last = '';
  for (const { entries } of pages) {
    for (const entry of entries) {
      const day = dayOf(entry.at);
      if (day !== last) rows.push({ kind: 'day', key: day, name: dayName(entry.at, now) });
      last = day;
      rows.push({ kind: 'entry', key: String(entry.seq_first), entry });
    }
  }
  return rows;
}

/**
 * What was read before, with the newest page anew. Where more happened than one page tells, what was read before is left out: it
 * would not follow on.
 */
export function withNewest(known: Pages, newest: HistoryPage): Pages {
  const first = known.pages.findIndex(({ entries }) => entries.length > 0);
  const latest = known.pages[first]?.entries[0]?.seq_first ?? 0;
  const fresh = newest.entries.filter(({ seq_first }) => seq_first > latest);
  if (fresh.length === 0) return known;
  if (first < 0 || (fresh.length === newest.entries.length && newest.next_before !== null)) {
    return { pages: [newest], pageParams: [undefined] };
  }
  const pages = known.pages.map((page, index) =>
    index === first ? { ...page, entries: [...fresh, ...page.entries] } : page,
  );
  return { pages, pageParams: known.pageParams };
}

/** How many lines a page is, for keys. */
const LEAP = 10;

/** The entry that a key goes to; nothing for other keys, and where there is none. */
export function nextEntry(rows: readonly Row[], from: number, key: string): number | undefined {
  const entries = rows.flatMap(({ kind }, index) => (kind === 'entry' ? [index] : []));
  if (entries.length === 0) return undefined;
  const at = entries.indexOf(from);
  const to = target(key, at, entries.length - 1);
  return to === undefined ? undefined : entries[Math.min(Math.max(to, 0), entries.length - 1)];
}

function target(key: string, at: number, last: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + LEAP;
    case 'PageUp':
      return at - LEAP;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
