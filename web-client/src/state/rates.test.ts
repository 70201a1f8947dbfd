import { expect, test } from 'vitest';
import { tally } from './rates.ts';

const totals = (...entries: [string, number[]][]) => new Map(entries);

test('the first look says no rate, the second one what came in a second', () => {
  const first = tally(undefined, 1_000, totals(['a', [10, 100]]));
  expect(first.rates.size).toBe(0);
  const second = tally(first, 3_000, totals(['a', [14, 100]], ['b', [7, 7]]));
  expect([...second.rates]).toEqual([['a', [2, 0]]]);
});

test('what is counted anew has no rate until the next look', () => {
  const first = tally(undefined, 0, totals(['a', [10]]));
  const second = tally(first, 1_000, totals(['a', [3]]));
  expect(second.rates.get('a')).toBeUndefined();
  expect(tally(second, 2_000, totals(['a', [5]])).rates.get('a')).toEqual([2]);
});

test('two looks at almost the same time are one', () => {
  const first = tally(undefined, 0, totals(['a', [10]]));
  const second = tally(first, 1_000, totals(['a', [20]]));
  expect(tally(second, 1_100, totals(['a', [21]]))).toBe(second);
});
