import { expect, test } from 'vitest';
import { inWords, relativeTime } from './time.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [0, 'just now'],
  [-59_999, 'just now'],
  [20_000, 'just now'],
  [-MINUTE, '1 minute ago'],
  [-59 * MINUTE, '59 minutes ago'],
  [-3.9 * HOUR, '3 hours ago'],
  [-25 * HOUR, 'yesterday'],
  [-6 * 24 * HOUR, '6 days ago'],
  [-8 * 24 * HOUR, 'last week'],
  [-45 * 24 * HOUR, 'last month'],
  [-800 * 24 * HOUR, '2 years ago'],
  [7 * 24 * HOUR, 'next week'],
  [3 * HOUR + 1, 'in 3 hours'],
  [6.99 * 24 * HOUR, 'in 7 days'],
])('%i ms from now is "%s"', (away, said) => {
  expect(relativeTime(NOW + away, NOW)).toBe(said);
});

test.each([
  [1, '1 second'],
  [1_500, '2 seconds'],
  [MINUTE, '1 minute'],
  [61_000, '2 minutes'],
  [900_000, '15 minutes'],
  [HOUR, '1 hour'],
])('a wait of %i ms is "%s", never too short', (wait, said) => {
  expect(inWords(wait)).toBe(said);
});
