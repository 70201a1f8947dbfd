/**
 * Moments, as people read them: in the zone and the language of this browser.
 */

const DAY = 86_400_000;

/** Names a day; those of one day are equal. */
export function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** What people call a day. */
export function dayName(at: string, now = new Date()): string {
  const today = midnight(now);
  const day = midnight(new Date(at));
  // Days are not all of one length where clocks are put back and forward.
  const ago = Math.round((today - day) / DAY);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  const isThisYear = new Date(at).getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: isThisYear ? undefined : 'numeric',
  }).format(new Date(at));
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export function timeOf(at: string): string {
  return TIME.format(new Date(at));
}

/** Day and time. */
export function momentOf(at: string): string {
  return MOMENT.format(new Date(at));
}

/** The beginning of a day that a field names as `2026-05-03`, or of the one behind it; nothing for what is no day. */
export function startOfDay(day: string, later = 0): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  const start = new Date(year, month - 1, date + later);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
