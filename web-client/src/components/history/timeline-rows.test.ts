/**
 * The lines of a timeline.
 */

import type { HistoryEntry, HistoryPage } from '@protocol';
import { describe, expect, it } from 'vitest';
import { nextEntry, rowsOf, withNewest } from './timeline-rows.ts';

function page(
  seqs: readonly number[],
  next_before: number | null,
  at = new Date(2026, 4, 3, 12),
): HistoryPage {
  const entries = seqs.map(
    (seq): HistoryEntry => ({
      seq_first: seq,
      seq_last: seq,
      command_id: `c${seq}`,
      command_type: 'UpdateProperty',
      author: { user_id: 'ada' },
      at: at.toISOString(),
      node_ids: [],
      node_count: 0,
      summary: 'Set cost',
    }),
  );
  return { entries, next_before };
}

const seqs = (pages: readonly HistoryPage[]) =>
  pages.flatMap(({ entries }) => entries.map((entry) => entry.seq_first));

describe('the lines', () => {
  it('are entries below their days, each day once, across pages', () => {
    const rows = rowsOf(
      [page([9, 8], 8), page([7], 7), page([6, 5], null, new Date(2026, 4, 2, 23))],
      new Date(2026, 4, 3, 18),
    );
    expect(rows.map((row) => (row.kind === 'day' ? row.name : row.key))).toEqual([
      'Today',
      '9',
      '8',
      '7',
      'Yesterday',
      '6',
      '5',
    ]);
  });
});

describe('news', () => {
  const known = { pages: [page([9, 8], 8), page([7, 6], null)], pageParams: [undefined, 8] };

  it('come before what is known', () => {
    const { pages, pageParams } = withNewest(known, page([11, 10, 9], 9));
    expect(seqs(pages)).toEqual([11, 10, 9, 8, 7, 6]);
    expect(pageParams).toEqual([undefined, 8]);
  });

  it('are none where nothing happened', () => {
    expect(withNewest(known, page([9, 8], 8))).toBe(known);
  });

  it('stand alone where something between them and what is known was not told', () => {
    const { pages } = withNewest(known, page([30, 29], 29));
    expect(seqs(pages)).toEqual([30, 29]);
    expect(pages.at(-1)?.next_before).toBe(29);
  });

  it('are everything where nothing was known, or nothing on the pages that were looked at', () => {
    const empty = { pages: [page([], 400)], pageParams: [undefined] };
    expect(seqs(withNewest(empty, page([3], null)).pages)).toEqual([3]);
    expect(withNewest(empty, page([], 500))).toBe(empty);
  });

  it('keep the way on where the first pages were empty', () => {
    const late = { pages: [page([], 400), page([9], null)], pageParams: [undefined, 400] };
    const { pages } = withNewest(late, page([12], 12));
    expect(seqs(pages)).toEqual([12]);
    expect(seqs(withNewest(late, page([12, 9], 9)).pages)).toEqual([12, 9]);
  });
});

describe('keys', () => {
  const rows = rowsOf([page([9, 8], 8), page([7], null, new Date(2026, 4, 2))], new Date(2026, 4, 3));

  it('go from entry to entry, past the days', () => {
    expect(nextEntry(rows, -1, 'ArrowDown')).toBe(1);
    expect(nextEntry(rows, 2, 'ArrowDown')).toBe(4);
    expect(nextEntry(rows, 4, 'ArrowUp')).toBe(2);
  });

  it('stay at the ends', () => {
    expect(nextEntry(rows, 4, 'ArrowDown')).toBe(4);
    expect(nextEntry(rows, 1, 'ArrowUp')).toBe(1);
    expect(nextEntry(rows, 4, 'Home')).toBe(1);
    expect(nextEntry(rows, 1, 'End')).toBe(4);
  });

  it('do nothing where they mean nothing', () => {
    expect(nextEntry(rows, 1, 'a')).toBeUndefined();
    expect(nextEntry([], -1, 'ArrowDown')).toBeUndefined();
  });
});
