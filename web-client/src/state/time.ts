/**
 * Times as people say them.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How far a time is from now: "3 minutes ago", "in 6 days"; the clocks of two machines may differ by some seconds. */
export function relativeTime(at: number, now: number): string {
  const away = at - now;
  const unit = UNITS.find(([, length]) => Math.abs(away) >= length);
  if (!unit) return 'just now';
  const [name, length] = unit;
  // What is past is not longer ago than it is; what comes is not nearer.
  return words.format(away < 0 ? Math.trunc(away / length) : Math.round(away / length), name);
}

/** A time to wait, rounded up: "15 minutes". */
export function inWords(milliseconds: number): string {
  const [name, length] =
    UNITS.slice(3).find(([, unit]) => milliseconds >= unit) ?? (['second', SECOND] as const);
  const count = Math.max(1, Math.ceil(milliseconds / length));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** The whole of it, where the machine is. */
export function fullTime(at: number): string {
  return new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
