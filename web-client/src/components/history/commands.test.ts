/**
 * Places in a journal, and the commands that they belong to.
 */

import type { HistoryEntry } from '@protocol';
import { describe, expect, it } from 'vitest';
import { Commands, endFor, type ReadHistory } from './commands.ts';

function entry(seq_first: number, seq_last: number): HistoryEntry {
  return {
    seq_first,
    seq_last,
    command_id: `c${seq_first}`,
    command_type: 'UpdateProperty',
    author: { user_id: 'ada' },
    at: '2026-05-03T10:00:00.000Z',
    node_ids: [],
    node_count: 0,
    summary: 'Set cost',
  };
}

/** A journal of commands of these lengths, as its route tells of it. */
function journal(lengths: readonly number[]) {
  let seq = 0;
  const entries = lengths.map((length) => {
    seq += length;
    return entry(seq - length + 1, seq);
  });
  const asked: number[] = [];
  const read: ReadHistory = (before) => {
    asked.push(before);
    const found = entries.filter((each) => each.seq_last < before).toReversed();
    const page = found.slice(0, 200);
    return Promise.resolve({
      entries: page,
      next_before: found.length > 200 ? page.at(-1)!.seq_last : null,
    });
  };
  return { entries, read, asked };
}

describe('commands', () => {
  it('are found by each of their events, once they were heard of', () => {
    const commands = new Commands();
    commands.learn([entry(9, 9), entry(4, 8)]);
    commands.learn([entry(4, 8), entry(1, 3)]);
    expect([1, 3, 4, 8, 9].map((seq) => commands.at(seq)?.seq_first)).toEqual([1, 1, 4, 4, 9]);
    expect(commands.at(10)).toBeUndefined();
  });

  it('are not found in gaps between those that were heard of', () => {
    const commands = new Commands();
    commands.learn([entry(1, 2), entry(8, 9)]);
    expect(commands.at(5)).toBeUndefined();
  });

  it('are read where they were not heard of, and what lies around them with the same request', async () => {
    const { read, asked } = journal(Array.from({ length: 500 }, (_, index) => (index % 5) + 1));
    const commands = new Commands();
    expect((await commands.find(698, read))?.seq_last).toBe(700);
    expect((await commands.find(690, read))?.seq_last).toBe(690);
    expect(asked.length).toBe(1);
  });

  it('are found by their first event however long they are', async () => {
    const { read } = journal([1, 1, 1_000, ...Array.from({ length: 900 }, () => 1)]);
    const commands = new Commands();
    expect(await commands.find(3, read)).toMatchObject({ seq_first: 3, seq_last: 1_002 });
    expect(await commands.find(900, read)).toMatchObject({ seq_first: 3, seq_last: 1_002 });
  });

  it('are none beyond the end, and asking for them comes to an end', async () => {
    const { read } = journal([1, 2, 3]);
    expect(await new Commands().find(50, read)).toBeUndefined();
  });
});

describe('where to go', () => {
  const command = entry(4, 8);

  it('is behind the command that was pointed at', () => {
    expect(endFor(command, 5, 20)).toBe(8);
    expect(endFor(command, 5, 1)).toBe(8);
    expect(endFor(command, 8, 20)).toBe(8);
  });

  it('is before the command for who stands behind it and goes back', () => {
    expect(endFor(command, 7, 8)).toBe(3);
  });

  it('is never before the beginning', () => {
    expect(endFor(entry(1, 3), 2, 3)).toBe(3);
  });
});
