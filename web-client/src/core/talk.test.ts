/**
 * What a client knows of a conversation, whatever it is told in which order.
 */

import type { ConversationView, JoinedConversation, MessageView } from '@protocol';
import { describe, expect, test } from 'vitest';
import { withPending } from './pending.ts';
import {
  completeUpTo,
  type Talk,
  talkOf,
  unreadOf,
  withEarlier,
  withJoin,
  withMessages,
  withNewMessage,
  withoutMessage,
  withRead,
  withTyping,
} from './talk.ts';

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:01.000Z';
const HERE = { event: 'message_deleted', conversation_id: 'c' } as const;

function view(head: number): ConversationView {
  return {
    conversation_id: 'c',
    project_id: 'p',
    title: 'Brakes',
    status: 'active',
    created_by: 'ann',
    created_at: AT,
    last_message_at: null,
    head,
  };
}

function message(seq: number, more: Partial<MessageView> = {}): MessageView {
  return {
    message_id: `m${seq}`,
    conversation_id: 'c',
    seq,
    author: { user_id: 'ann', name: 'Ann' },
    role: 'user',
    text: `text ${seq}`,
    timestamp: AT,
    ...more,
  };
}

function joined(head: number, messages: MessageView[], more: Partial<JoinedConversation> = {}) {
  const answer: JoinedConversation = {
    success: true,
    conversation: view(head),
    participants: [{ user_id: 'ann', joined_at: AT, read_seq: 0 }],
    messages,
    has_more: false,
    streams: [],
    typing: [],
    ...more,
  };
  return answer;
}

const texts = ({ messages }: Talk) => messages.map(({ text }) => text);
const places = ({ messages }: Talk) => messages.map(({ seq }) => seq);

describe('messages', () => {
  test('stand in their order, each once, however they come', () => {
    let talk = talkOf(view(0));
    for (const seq of [2, 1, 3, 2]) talk = withNewMessage(talk, message(seq));
    expect(places(talk)).toEqual([1, 2, 3]);
    expect(talk.conversation.head).toBe(3);
  });

  test('are complete up to the first that is missing', () => {
    let talk = withMessages(talkOf(view(4)), [message(5), message(7)]);
    expect(completeUpTo(talk)).toBe(5);
    talk = withMessages(talk, [message(6)]);
    expect(completeUpTo(talk)).toBe(7);
  });

  test('of long ago are there once they were asked for', () => {
    let talk = withMessages(talkOf(view(10)), [message(3, { text: 'edited' }), message(11)]);
    expect(places(talk)).toEqual([11]);
    talk = withEarlier(talk, [message(9), message(10)]);
    expect([places(talk), talk.first]).toEqual([[9, 10, 11], 9]);
    // A page that was read twice does nothing.
    expect(withEarlier(talk, [message(9)])).toBe(talk);
    expect(withEarlier(talk, []).first).toBe(1);
  });

  test('are as they were last, whichever form of them comes last', () => {
    const edited = message(1, { text: 'new', edited_at: LATER });
    const talk = withMessages(talkOf(view(0)), [edited]);
    expect(texts(withMessages(talk, [message(1)]))).toEqual(['new']);
    expect(texts(withMessages(withMessages(talkOf(view(0)), [message(1)]), [edited]))).toEqual(['new']);
  });

  test('that are deleted keep their place without a text, for good', () => {
    let talk = withMessages(talkOf(view(0)), [message(1), message(2)]);
    talk = withoutMessage(talk, { ...HERE, message_id: 'm1', seq: 1, timestamp: LATER });
    expect(texts(talk)).toEqual(['', 'text 2']);
    talk = withMessages(talk, [message(1, { text: 'late edit', edited_at: LATER })]);
    expect(talk.messages[0]).toMatchObject({ text: '', deleted_at: LATER });
  });

  test('take the place of what waited to be sent', () => {
    const pending = { messageId: 'm1', text: 'text 1', at: AT };
    const talk = withPending(talkOf(view(0)), pending);
    expect(withMessages(talk, [message(1)]).pending).toEqual([]);
    expect(withMessages(talk, [message(1, { message_id: 'other' })]).pending).toEqual([pending]);
  });
});

describe('a join', () => {
  test('brings what came meanwhile, and takes nothing away', () => {
    let talk = withMessages(talkOf(view(0)), [message(1), message(2)]);
    talk = withJoin(talk, joined(4, [message(3), message(4)]));
    expect(places(talk)).toEqual([1, 2, 3, 4]);
  });

  test('says which answers are being written: others are over', () => {
    const streams = [{ stream_id: 's', model: 'stub', text: 'So 𝔣𝔞𝔯' }];
    let talk = withJoin(talkOf(view(0)), joined(0, [], { streams }));
    expect(talk.answers).toMatchObject([{ streamId: 's', text: 'So 𝔣𝔞𝔯', length: 6 }]);
    talk = withJoin(talk, joined(0, []));
    expect(talk.answers).toEqual([]);
  });
});

describe('read marks', () => {
  const mark = (seq: number) => ({ user_id: 'bob', seq, timestamp: AT });

  test('only go forward', () => {
    const talk = withRead(withRead(talkOf(view(9)), mark(5)), mark(3));
    expect(unreadOf(talk, 'bob')).toBe(4);
  });

  test('stand behind what one said oneself', () => {
    const talk = withMessages(
      talkOf(view(0)),
      [1, 2, 3].map((seq) => message(seq)),
    );
    expect(unreadOf(talk, 'ann')).toBe(0);
    expect(unreadOf(talk, 'bob')).toBe(3);
  });
});

test('who sends something writes no more', () => {
  const bob = { user_id: 'bob', name: 'Bob' };
  let talk = withTyping(withTyping(talkOf(view(0)), bob, true), bob, true);
  expect(talk.typing).toEqual([bob]);
  talk = withNewMessage(talk, message(1, { author: bob }));
  expect(talk.typing).toEqual([]);
});
