/**
 * The order in which commands go out, and what becomes of their answers.
 */

import type { Accepted, ErrorCode, Rejected } from '@protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Lanes } from './lanes.ts';
import { Refusal } from './refusal.ts';
import { Sender } from './sender.ts';

/** What was sent and waits for an answer, in its order. */
let sent: { id: string; answer(answer: Accepted | Rejected): Promise<void>; breaks(): void }[];
let sender: Sender;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  sender = new Sender();
});

afterEach(() => {
  sender.close();
  vi.useRealTimers();
});

function add(id: string, lanes: Lanes = [id]) {
  const outcome = { is: 'waiting' as 'waiting' | 'done' | ErrorCode | 'UNREACHABLE' };
  const send = () =>
    new Promise<Accepted | Rejected>((resolve, reject) => {
      sent.push({
        id,
        async answer(answer) {
          resolve(answer);
          await vi.advanceTimersByTimeAsync(0);
        },
        breaks: () => reject(new Error('broken')),
      });
    });
  sender.add({ commandId: id, lanes, send }).then(
    () => {
      outcome.is = 'done';
    },
    (refusal: Refusal) => {
      outcome.is = refusal.code;
    },
  );
  return outcome;
}

function done(id: string): Accepted {
  return {
    success: true,
    command_id: id,
    seq: 1,
    undo_available: true,
    redo_available: false,
    is_dirty: true,
  };
}

function refused(code: ErrorCode, details?: unknown): Rejected {
  return { success: false, error: { code, message: code, details } };
}

const ids = () => sent.map(({ id }) => id);

test('commands of different lanes go out together, those of one lane one after the other', async () => {
  sender.open();
  for (const [id, lane] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
    ['a3', 'a'],
  ] as const)
    add(id, [lane]);
  expect(ids()).toEqual(['a1', 'b1']);
  await sent[0]!.answer(done('a1'));
  expect(ids()).toEqual(['a1', 'b1', 'a2']);
  await sent[2]!.answer(done('a2'));
  expect(ids()).toEqual(['a1', 'b1', 'a2', 'a3']);
});

test('what takes all lanes overtakes nothing, and nothing overtakes it', async () => {
  sender.open();
  add('a');
  add('undo', null);
  add('b');
  expect(ids()).toEqual(['a']);
  await sent[0]!.answer(done('a'));
  expect(ids()).toEqual(['a', 'undo']);
  await sent[1]!.answer(done('undo'));
  expect(ids()).toEqual(['a', 'undo', 'b']);
});

test('what is refused while others before it have no answer is asked for once more when they have', async () => {
  sender.open();
  const create = add('create');
  const write = add('write');
  await sent[0]!.answer(refused('BUSY', { retry_after_ms: 10 }));
  await sent[1]!.answer(refused('NODE_NOT_FOUND'));
  await vi.advanceTimersByTimeAsync(10);
  // No hot loop: it waits for the other one.
  expect(ids()).toEqual(['create', 'write', 'create']);
  await sent[2]!.answer(done('create'));
  expect(ids()).toEqual(['create', 'write', 'create', 'write']);
  await sent[3]!.answer(done('write'));
  expect([create.is, write.is]).toEqual(['done', 'done']);
});

test('a refusal counts when everything before it is answered', async () => {
  sender.open();
  const first = add('first');
  const second = add('second');
  await sent[1]!.answer(refused('CONFLICT'));
  expect(second.is).toBe('waiting');
  await sent[0]!.answer(done('first'));
  await sent[2]!.answer(refused('CONFLICT'));
  expect([first.is, second.is]).toEqual(['done', 'CONFLICT']);
  expect(sender.size).toBe(0);
});

test('a passing refusal in the middle lets no later command of its lane come first', async () => {
  sender.open();
  const old = add('old value', ['title']);
  const other = add('other');
  const value = add('new value', ['title']);
  await sent[0]!.answer(refused('RATE_LIMITED', { retry_after_ms: 50 }));
  await sent[1]!.answer(done('other'));
  await vi.advanceTimersByTimeAsync(50);
  await sent[2]!.answer(done('old value'));
  await sent[3]!.answer(done('new value'));
  expect(ids()).toEqual(['old value', 'other', 'old value', 'new value']);
  expect([old.is, other.is, value.is]).toEqual(['done', 'done', 'done']);
});

test('while the server asks to wait nothing new is sent', async () => {
  sender.open();
  add('a');
  await sent[0]!.answer(refused('RATE_LIMITED', { retry_after_ms: 100 }));
  add('b');
  await vi.advanceTimersByTimeAsync(99);
  expect(ids()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(ids()).toEqual(['a', 'a', 'b']);
});

test('what a break leaves without an answer goes out again, and late answers are not heard', async () => {
  sender.open();
  const a = add('a');
  const b = add('b');
  sender.close();
  const [late] = sent;
  sent[1]!.breaks();
  sender.open();
  expect(ids()).toEqual(['a', 'b', 'a', 'b']);
  await late!.answer(refused('CONFLICT'));
  expect(a.is).toBe('waiting');
  await sent[2]!.answer(done('a'));
  await sent[3]!.answer(done('b'));
  expect([a.is, b.is]).toEqual(['done', 'done']);
});

test('whose proof has ended loses nothing: it waits for a connection that counts', async () => {
  sender.open();
  const a = add('a');
  add('b');
  await sent[0]!.answer(refused('UNAUTHENTICATED'));
  add('c');
  expect(ids()).toEqual(['a', 'b']);
  sender.open();
  expect(ids()).toEqual(['a', 'b', 'a', 'b', 'c']);
  await sent[2]!.answer(done('a'));
  expect(a.is).toBe('done');
});

test('no more than a window is on its way, and every command has its turn', async () => {
  sender.open();
  const outcomes = Array.from({ length: 200 }, (_, index) => add(`${index}`));
  expect(sent).toHaveLength(64);
  for (let at = 0; at < 200; at += 1) await sent[at]!.answer(done(`${at}`));
  expect(outcomes.every(({ is }) => is === 'done')).toBe(true);
  expect(ids()).toEqual(outcomes.map((_, index) => `${index}`));
});

test('what is given up ends with the reason, and its answer is not heard any more', async () => {
  sender.open();
  const a = add('a');
  sender.drop(new Refusal({ code: 'PROJECT_NOT_FOUND', message: 'gone' }));
  await sent[0]!.answer(done('a'));
  expect(a.is).toBe('PROJECT_NOT_FOUND');
  expect(sender.size).toBe(0);
});

test('it leaves no timer behind', async () => {
  sender.open();
  add('a');
  await sent[0]!.answer(refused('BUSY'));
  sender.close();
  expect(vi.getTimerCount()).toBe(0);
});
