import { expect, it } from 'vitest';
import { clamp, NARROWEST, resized, WIDEST } from './widths.ts';

it('keeps columns within bounds, whatever was kept', () => {
  const kept = { outline: 300.4, inspector: 400, chat: 320 };
  expect(clamp(kept)).toEqual({ outline: 300, inspector: 400, chat: 320 });
  expect(clamp({ outline: 1, inspector: 9_999, chat: 0 })).toEqual({
    outline: NARROWEST,
    inspector: WIDEST,
    chat: NARROWEST,
  });
  expect(clamp({ outline: Number.NaN, inspector: 'x' as never, chat: 300 })).toEqual({
    outline: NARROWEST,
    inspector: NARROWEST,
    chat: 300,
  });
});

it('goes by keys, each column outwards from its own edge', () => {
  expect(resized(300, 'ArrowRight', 'ArrowRight')).toBe(316);
  expect(resized(300, 'ArrowRight', 'ArrowLeft')).toBe(284);
  expect(resized(300, 'Home', 'ArrowLeft')).toBe(NARROWEST);
  expect(resized(300, 'End', 'ArrowLeft')).toBe(WIDEST);
  expect(resized(300, 'a', 'ArrowLeft')).toBeNull();
});
