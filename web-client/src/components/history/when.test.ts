/**
 * Days and moments. Nothing here depends on the zone that the tests run in.
 */

import { describe, expect, it } from 'vitest';
import { dayName, dayOf, startOfDay } from './when.ts';

const NOON = new Date(2026, 4, 3, 12);
const at = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString();

describe('a day', () => {
  it('has one name from its first minute to its last', () => {
    expect(dayOf(at(2026, 4, 3, 0, 0))).toBe('2026-05-03');
    expect(dayOf(at(2026, 4, 3, 23, 59))).toBe('2026-05-03');
    expect(dayOf(at(2026, 4, 4, 0, 0))).toBe('2026-05-04');
  });

  it('is called by how near it is', () => {
    expect(dayName(at(2026, 4, 3, 0, 1), NOON)).toBe('Today');
    expect(dayName(at(2026, 4, 2, 23, 59), NOON)).toBe('Yesterday');
    expect(dayName(at(2026, 4, 1), NOON)).not.toMatch(/day ago|Yesterday|2026/);
    expect(dayName(at(2025, 4, 1), NOON)).toMatch(/2025/);
  });

  it('begins where a field says, and ends where the next one begins', () => {
    expect(startOfDay('2026-05-03')).toBe(at(2026, 4, 3, 0, 0));
    expect(startOfDay('2026-05-31', 1)).toBe(at(2026, 5, 1, 0, 0));
    expect(startOfDay('')).toBeUndefined();
    expect(startOfDay('2026-05')).toBeUndefined();
  });
});
