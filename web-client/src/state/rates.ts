/**
 * How fast what is only counted grows: from one look to the next.
 */

/** Two looks that are nearer, in milliseconds, say too little. */
const SHORTEST = 500;

/** What was counted of several things at one time, and how fast each of it grows. */
export interface Tally {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** By what is counted: its totals. */
  readonly totals: ReadonlyMap<string, readonly number[]>;
  /** By what is counted: how much each total grows in a second. Nothing of what was seen once. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
}

/** Another look. */
export function tally(
  before: Tally | undefined,
  at: number,
  totals: ReadonlyMap<string, readonly number[]>,
): Tally {
  if (before && at - before.at < SHORTEST) return before;
  const rates = new Map<string, readonly number[]>();
  for (const [id, now] of totals) {
    const then = before?.totals.get(id);
    if (before && then && !isNewCount(then, now)) {
      const seconds = (at - before.at) / 1_000;
      rates.set(
        id,
        now.map((total, index) => (total - (then[index] ?? total)) / seconds),
      );
    }
  }
  return { at, totals, rates };
}

/** Whether it was counted anew in between: the server was started again, a session was loaded again. */
function isNewCount(then: readonly number[], now: readonly number[]): boolean {
  return now.some((total, index) => total < (then[index] ?? 0));
}
