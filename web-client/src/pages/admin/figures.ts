/**
 * Figures as people read them.
 */

const NOTHING = '–';

type Figure = number | null | undefined;

function isKnown(value: Figure): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function count(value: Figure): string {
  return isKnown(value) ? Math.round(value).toLocaleString('en') : NOTHING;
}

/** Many in short: "12.6M". */
export function inShort(value: Figure): string {
  return isKnown(value) ? SHORT.format(value) : NOTHING;
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** How many in a second: few with a fraction, many without. */
export function perSecond(value: Figure): string {
  if (!isKnown(value)) return NOTHING;
  return `${value > 0 && value < 10 ? value.toFixed(1) : count(value)}/s`;
}

export function bytes(value: Figure): string {
  if (!isKnown(value)) return NOTHING;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = value < 1 ? 0 : Math.min(Math.floor(Math.log2(value) / 10), units.length - 1);
  const size = value / 1024 ** power;
  return `${power > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}

export function milliseconds(value: Figure): string {
  if (!isKnown(value)) return NOTHING;
  if (value >= 1_000) return `${(value / 1_000).toFixed(1)} s`;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

export function percent(part: Figure): string {
  return isKnown(part) ? `${Math.round(part * 100)} %` : NOTHING;
}

/** Seconds by the two largest units: "3 d 4 h". */
export function duration(seconds: Figure): string {
  if (!isKnown(seconds)) return NOTHING;
  const whole = Math.max(0, Math.floor(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => `${value} ${unit}`).join(' ');
}

/** The time of a day to the second, where the machine is. */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString('en-GB');
}
