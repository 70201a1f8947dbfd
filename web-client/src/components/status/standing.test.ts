import { expect, it } from 'vitest';
import { type Situation, standing } from './standing.ts';

const live: Situation = {
  status: 'live',
  retryIn: null,
  unanswered: 0,
  isSlow: false,
  state: 'active',
  isPast: false,
  isReader: false,
  reason: undefined,
};

it('says that all is well only when it is', () => {
  expect(standing(live)).toMatchObject({ sign: 'live', label: 'Live' });
  for (const status of ['connecting', 'catching-up', 'offline', 'refused', 'gone'] as const) {
    expect(standing({ ...live, status }).sign).not.toBe('live');
  }
});

it('counts down to the next attempt, which can be made now', () => {
  expect(standing({ ...live, status: 'offline', retryIn: 7 })).toMatchObject({
    label: 'Offline',
    countdown: 'next try in 7 s',
    canRetry: true,
  });
  expect(standing({ ...live, status: 'offline' })).toMatchObject({
    countdown: 'trying now',
    canRetry: false,
  });
});

it('says how many edits wait: at once while offline, after a while while live', () => {
  expect(standing({ ...live, unanswered: 2 }).waiting).toBeUndefined();
  expect(standing({ ...live, unanswered: 2, isSlow: true }).waiting).toBe('saving 2 edits');
  expect(standing({ ...live, status: 'offline', unanswered: 1 }).waiting).toBe('1 edit waiting');
  expect(standing({ ...live, status: 'offline', unanswered: 3 }).waiting).toBe('3 edits waiting');
});

it('says why nothing can be changed', () => {
  expect(standing({ ...live, isPast: true }).label).toBe('Past');
  expect(standing({ ...live, state: 'paused' }).label).toBe('Paused');
  expect(standing({ ...live, state: 'completed' }).label).toBe('Completed');
  expect(standing({ ...live, state: 'error' }).label).toBe('Stopped');
  expect(standing({ ...live, isReader: true }).label).toBe('View only');
  for (const wrong of [{ isPast: true }, { state: 'paused' as const }, { isReader: true }]) {
    expect(standing({ ...live, ...wrong }).sign).toBe('read-only');
  }
});

it('gives the reason of the server', () => {
  const refused = standing({ ...live, status: 'refused', reason: 'Your token has ended' });
  expect(refused).toMatchObject({ sign: 'refused', detail: 'Your token has ended', canRetry: true });
});
