/**
 * What was not said yet, from one page to the next.
 */

import { beforeEach, expect, test } from 'vitest';
import { type Talk, talkOf, withoutPending, withPending } from '../core/index.ts';
import type { Conversation } from '../net/index.ts';
import { keepUnsaid } from './unsaid.ts';

/** As much of a browser's storage as is used. */
class Storage {
  [name: string]: unknown;
  setItem(name: string, text: string) {
    this[name] = text;
  }
  getItem(name: string) {
    return this[name] ?? null;
  }
  removeItem(name: string) {
    delete this[name];
  }
}

beforeEach(() => {
  globalThis.localStorage = new Storage() as unknown as globalThis.Storage;
});

/** A conversation as another page of the same person has it. */
function page(id = 'c') {
  const listeners: (() => void)[] = [];
  const conversation = {
    id,
    talk: talkOf({ conversation_id: id, head: 0 } as Talk['conversation']),
    subscribe: (listener: () => void) => listeners.push(listener),
    voice: {
      takeUp(messages: Talk['pending']) {
        change(messages.reduce(withPending, conversation.talk));
      },
    },
  };
  function change(talk: Talk) {
    conversation.talk = talk;
    for (const listener of listeners) listener();
  }
  // What is used of one.
  keepUnsaid(conversation as unknown as Conversation);
  const say = (messageId: string, at = new Date().toISOString()) =>
    change(withPending(conversation.talk, { messageId, text: messageId, at }));
  const answered = (messageId: string) => change(withoutPending(conversation.talk, messageId));
  const waiting = () => conversation.talk.pending.map(({ messageId }) => messageId);
  return { say, answered, waiting };
}

test('is taken up where it was, in its order', () => {
  const first = page();
  first.say('one', new Date(Date.now() - 2_000).toISOString());
  first.say('two', new Date(Date.now() - 1_000).toISOString());
  expect(page().waiting()).toEqual(['one', 'two']);
  expect(page('other').waiting()).toEqual([]);
});

test('is forgotten once it is answered, also on a page that took it up', () => {
  const first = page();
  first.say('one');
  first.say('two');
  first.answered('one');
  const second = page();
  expect(second.waiting()).toEqual(['two']);
  second.answered('two');
  expect(page().waiting()).toEqual([]);
});

test('is given up after a month', () => {
  page().say('old', '2020-01-01T00:00:00.000Z');
  expect(page().waiting()).toEqual([]);
});
