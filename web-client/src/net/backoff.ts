/**
 * How long to wait before the next attempt.
 */

/** The first wait, in milliseconds. */
const FIRST = 1_000;
/** No wait is longer, in milliseconds. */
const LONGEST = 30_000;

/**
 * The wait before an attempt, in milliseconds: 1 s, doubled with each attempt, 30 s at most. A quarter of it is left to chance, so that
 * the clients of a server that went down do not come back all at once, and so that two waits are over 2 s: who restarts in that time
 * has everybody back at the second attempt.
 *
 * @param attempt how many attempts have failed since the last success
 * @param random a number from 0 to 1
 */
export function backoff(attempt: number, random: number): number {
  const whole = Math.min(FIRST * 2 ** attempt, LONGEST);
  return Math.round(whole * (0.75 + 0.25 * random));
}
