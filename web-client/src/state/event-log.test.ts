import type { EventPage } from '@protocol';
import { expect, test } from 'vitest';
import { begin, goOn, KEPT, matches } from './event-log.ts';

function page(from: number, to: number, head = to, mode = 'tail'): EventPage {
  const events = Array.from({ length: to - from }, (_, index) => ({
    event: 'node-updated',
    seq: from + index + 1,
    timestamp: '2026-03-04T05:06:07Z',
    author: { user_id: 'ann', name: 'Ann Lee' },
    node_id: 'n1',
    name: 'Body',
  }));
  return { session_id: 's', epoch: 'e', mode, events, seq: to, head } as unknown as EventPage;
}

test('a log begins a little before now and goes on behind what it has', () => {
  const log = begin({ epoch: 'e', seq: 1_000 }, 'graph');
  expect(log.place).toBe('e:800');
  expect(begin({ epoch: 'e', seq: 7 }, 'graph').place).toBe('e:0');
  const one = goOn(log, page(800, 803), 'graph');
  expect([one.place, one.entries.map(({ seq }) => seq)]).toEqual(['e:803', [803, 802, 801]]);
  const two = goOn(one, page(803, 804), 'graph');
  expect(two.entries.map(({ seq }) => seq)).toEqual([804, 803, 802, 801]);
  expect(two.entries[0]).toMatchObject({ by: 'Ann Lee', event: 'node-updated', about: 'name Body' });
});

test('a log keeps so much, and says what it passed over', () => {
  let log = goOn(begin({ epoch: 'e', seq: 0 }, 'graph'), page(0, 900), 'graph');
  log = goOn(log, page(900, 1_500), 'graph');
  expect([log.entries.length, log.entries[0]?.seq]).toEqual([KEPT, 1_500]);
  log = goOn(log, page(1_500, 2_000, 9_000), 'graph');
  expect([log.place, log.missed]).toEqual(['e:8800', 6_800]);
});

test('a journal that is another one is begun anew', () => {
  const log = goOn(begin({ epoch: 'old', seq: 90 }, 'graph'), page(0, 0, 300, 'fetch'), 'graph');
  expect([log.place, log.entries]).toEqual(['e:100', []]);
});

test('what was published is read behind its own places', () => {
  const events = [
    { message_id: 'm1', event_type: 'turn', timestamp: 1_700_000_000, payload: { speaker: 'Eve' } },
  ];
  const published = {
    session_id: 's',
    epoch: null,
    mode: 'tail',
    events,
    seq: 4,
    head: 4,
  } as unknown as EventPage;
  const log = goOn(begin({ epoch: null, seq: 0 }, 'published'), published, 'published');
  expect(log.place).toBe('published:4');
  expect(log.entries[0]).toMatchObject({ event: 'turn', seq: null, about: 'speaker Eve' });
});

test('an event is found by words in any order', () => {
  const [entry] = goOn(begin({ epoch: 'e', seq: 0 }, 'graph'), page(11, 12), 'graph').entries;
  if (!entry) throw new Error('there is no entry');
  for (const text of ['', 'ann', 'body UPDATED', '12', ' lee  node '])
    expect(matches(entry, text), text).toBe(true);
  for (const text of ['bob', 'ann eve', '13']) expect(matches(entry, text), text).toBe(false);
});
