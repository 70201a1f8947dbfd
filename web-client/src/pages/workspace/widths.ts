/**
 * How wide columns may be. Pure.
 */

export interface Widths {
  readonly outline: number;
  readonly inspector: number;
  readonly chat: number;
}

export const NARROWEST = 240;
export const WIDEST = 560;

/** Widths within their bounds; what is no number is the narrowest. */
export function clamp({ outline, inspector, chat }: Widths): Widths {
  return { outline: within(outline), inspector: within(inspector), chat: within(chat) };
}

function within(width: number): number {
  return Math.min(Math.max(Math.round(Number(width) || 0), NARROWEST), WIDEST);
}

/** What a key makes of a column's width; null if it means nothing. */
export function resized(width: number, key: string, grows: 'ArrowLeft' | 'ArrowRight'): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return width + (key === grows ? STEP : -STEP);
    case 'Home':
      return NARROWEST;
    case 'End':
      return WIDEST;
    default:
      return null;
  }
}

const STEP = 16;
