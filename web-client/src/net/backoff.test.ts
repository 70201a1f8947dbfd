/**
 * How long is waited between two attempts.
 */

import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('a wait is a second, doubled with each attempt, 30 s at most', () => {
  expect([0, 1, 2, 3, 4, 5, 60].map((attempt) => backoff(attempt, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
});

test('a part of each wait is left to chance, and never all of it', () => {
  for (const attempt of [0, 3, 20]) {
    expect(backoff(attempt, 0)).toBeLessThan(backoff(attempt, 1));
    expect(backoff(attempt, 0)).toBeGreaterThanOrEqual(backoff(attempt, 1) / 2);
  }
});
