/**
 * The lines of a log.
 */

import type { MessageView } from '@protocol';
import { expect, test } from 'vitest';
import { type Talk, talkOf, withMessages, withPending, withRead, withStart } from '../../core/index.ts';
import { firstNew, readersOf, rowsOf } from './rows.ts';

const EMPTY = talkOf({
  conversation_id: 'c',
  project_id: 'p',
  title: 'Brakes',
  status: 'active',
  created_by: 'ann',
  created_at: '2026-01-01T00:00:00.000Z',
  last_message_at: null,
  head: 0,
});
const ANN = { user_id: 'ann', name: 'Ann' };

function message(seq: number, author: string, minute: number, more: Partial<MessageView> = {}): MessageView {
  return {
    message_id: `m${seq}`,
    conversation_id: 'c',
    seq,
    author: { user_id: author },
    role: 'user',
    text: `text ${seq}`,
    timestamp: new Date(2026, 0, 1, 12, minute).toISOString(),
    ...more,
  };
}

/** Each line by its name; those with a head of their own are marked. */
function shown(talk: Talk, newFrom: number | null = null): string[] {
  return rowsOf(talk, ANN, newFrom).map((row) =>
    row.kind === 'said' && row.isFirst ? `${row.name}:` : row.name,
  );
}

test('what one person says in one go has one head', () => {
  const talk = withMessages(EMPTY, [
    message(1, 'ann', 0),
    message(2, 'ann', 1),
    message(3, 'bob', 2),
    message(4, 'bob', 30),
  ]);
  expect(shown(talk)).toEqual(['day 1', 'm1:', 'm2', 'm3:', 'm4:']);
});

test('a day begins with a line, and so does what is new', () => {
  const next = { timestamp: new Date(2026, 0, 2, 9).toISOString() };
  const talk = withMessages(EMPTY, [message(1, 'bob', 0), message(2, 'bob', 1), message(3, 'bob', 1, next)]);
  expect(shown(talk, 2)).toEqual(['day 1', 'm1:', 'new', 'm2:', 'day 3', 'm3:']);
});

test('an answer and its message are one line, behind what waits to be sent', () => {
  const start = { event: 'assistant:start', conversation_id: 'c', stream_id: 's', model: 'stub' } as const;
  const asked = withPending(EMPTY, { messageId: 'm9', text: 'And?', at: new Date().toISOString() });
  expect(shown(withStart(asked, start))).toEqual(['m9:', 's:']);
  const answer = message(1, 'assistant', 0, { role: 'assistant', metadata: { stream_id: 's' } });
  expect(shown(withMessages(withStart(EMPTY, start), [answer]))).toEqual(['day 1', 's:']);
});

test('new is what others said before one looked', () => {
  const talk = withMessages(EMPTY, [message(1, 'bob', 0), message(2, 'ann', 0), message(3, 'bob', 0)]);
  expect(firstNew(talk, 'ann', 0, 3)).toBe(1);
  expect(firstNew(talk, 'ann', 1, 3)).toBe(3);
  // It came while one looked.
  expect(firstNew(talk, 'ann', 1, 2)).toBeNull();
  expect(firstNew(talk, 'ann', 3, 3)).toBeNull();
});

test('who has read is told of the last own message alone', () => {
  const mark = (user_id: string, seq: number) => ({ user_id, seq, timestamp: '' });
  let talk = withMessages(EMPTY, [message(1, 'ann', 0), message(2, 'ann', 0), message(3, 'bob', 0)]);
  talk = withRead(withRead(withRead(talk, mark('bob', 3)), mark('eve', 1)), mark('ann', 3));
  expect(readersOf(talk, 'ann')).toEqual({ name: 'm2', ids: ['bob'] });
  expect(readersOf(talk, 'eve')).toEqual({ name: '', ids: [] });
});
