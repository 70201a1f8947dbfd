/**
 * Answers as they are written, told once, twice or late.
 */

import type { AssistantEndEvent, MessageView } from '@protocol';
import { expect, test } from 'vitest';
import { withEnd, withStart, withToken } from './answers.ts';
import { type Talk, talkOf, withMessages } from './talk.ts';

const AT = '2026-01-01T00:00:00.000Z';
const HERE = { conversation_id: 'c', stream_id: 's' };

const EMPTY = talkOf({
  conversation_id: 'c',
  project_id: 'p',
  title: 'Brakes',
  status: 'active',
  created_by: 'ann',
  created_at: AT,
  last_message_at: null,
  head: 0,
});
const BEGUN = withStart(EMPTY, { ...HERE, event: 'assistant:start', model: 'stub', reply_to: 'm1' });

function token(talk: Talk | null, offset: number, text: string): Talk | null {
  return talk && withToken(talk, { ...HERE, event: 'assistant:token', offset, token: text });
}

function end(talk: Talk, more: Partial<AssistantEndEvent>): Talk {
  const event = 'assistant:end' as const;
  return withEnd(talk, {
    ...HERE,
    event,
    reason: 'complete',
    message_id: null,
    total_tokens: 0,
    latency_ms: 1,
    ...more,
  });
}

const textOf = (talk: Talk | null) => talk?.answers[0]?.text;

test('tokens are put together by their places, counted in characters', () => {
  const talk = token(token(BEGUN, 0, '𝔄ch '), 4, 'so');
  expect(textOf(talk)).toBe('𝔄ch so');
});

test('what was told before is not written twice', () => {
  let talk = token(BEGUN, 0, 'The brakes');
  expect(token(talk, 0, 'The ')).toBe(talk);
  talk = token(talk, 4, 'brakes are');
  expect(textOf(talk)).toBe('The brakes are');
});

test('what was never told is noticed', () => {
  expect(token(BEGUN, 3, 'x')).toBeNull();
  expect(token(EMPTY, 0, 'x')).toBeNull();
});

test('a beginning that is told again begins nothing again', () => {
  const talk = token(BEGUN, 0, 'The')!;
  expect(withStart(talk, { ...HERE, event: 'assistant:start', model: 'stub' })).toBe(talk);
});

test('an answer stands until its message takes its place', () => {
  const ended = end(token(BEGUN, 0, 'The brakes')!, { message_id: 'm2' });
  expect(textOf(ended)).toBe('The brakes');
  const message: MessageView = {
    message_id: 'm2',
    conversation_id: 'c',
    seq: 1,
    author: { user_id: 'assistant' },
    role: 'assistant',
    text: 'The brakes',
    timestamp: AT,
    metadata: { stream_id: 's' },
  };
  expect(withMessages(ended, [message]).answers).toEqual([]);
  // Nobody else says what is an answer.
  expect(withMessages(ended, [{ ...message, role: 'user' }]).answers).toHaveLength(1);
});

test('a question without an answer says why', () => {
  const why = { code: 'ASSISTANT_UNAVAILABLE', message: 'It is away' } as const;
  const failed = end(BEGUN, { reason: 'error', error: why });
  expect([failed.answers, failed.unanswered]).toEqual([[], [{ messageId: 'm1', why }]]);
  const silent = end(BEGUN, { reason: 'complete' });
  expect(silent.unanswered).toMatchObject([{ messageId: 'm1' }]);
  const stopped = end(BEGUN, { reason: 'cancelled' });
  expect([stopped.answers, stopped.unanswered]).toEqual([[], []]);
});
