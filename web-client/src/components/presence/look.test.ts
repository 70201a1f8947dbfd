import { expect, it } from 'vitest';
import { initials, luminance, textOn } from './look.ts';

it('makes initials of whatever people are called', () => {
  expect(initials('Ada Lovelace')).toBe('AL');
  expect(initials('ada')).toBe('A');
  expect(initials('Guest 12ab')).toBe('G1');
  expect(initials('ada.king@example.org')).toBe('AO');
  expect(initials('  ')).toBe('?');
  expect(initials('👩‍🔧 Eve')).toBe('👩E');
});

it('writes on every colour so that it can be read', () => {
  for (const color of [
    '#000000',
    '#ffffff',
    '#767676',
    '#ff0000',
    '#00ff00',
    '#0000ff',
    '#8a2be2',
    '#e67700',
  ]) {
    const [light, dark] = [
      luminance(color),
      luminance(textOn(color) === '#000' ? '#000000' : '#ffffff'),
    ].sort((one, other) => other - one);
    expect(((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});
