import { expect, test } from 'vitest';
import { initials, inkOn, luminance, personName } from './person.ts';

test.each([
  ['Ann', 'A'],
  ['Ann Lee', 'AL'],
  ['ann maria lee', 'AL'],
  ['ann.lee', 'AL'],
  ['Ωmega 😀', 'Ω😀'],
  ['  ', '?'],
])('"%s" is "%s" in little space', (name, short) => {
  expect(initials(name)).toBe(short);
});

test('who gave no name is called by the id, or by what the id says', () => {
  expect(personName('ann')).toBe('ann');
  expect(personName('ann', 'Ann Lee')).toBe('Ann Lee');
  expect(personName('ann', ' ')).toBe('ann');
  expect(personName('anonymous:rest')).toBe('A program');
  expect(personName('anonymous:3f')).toBe('Somebody');
});

test('what stands on any colour has a contrast of 4.5 at least', () => {
  const parts = ['00', '33', '66', '80', '99', 'cc', 'ff'];
  for (const red of parts) {
    for (const green of parts) {
      for (const blue of parts) {
        const color = `#${red}${green}${blue}`;
        const [ink, paper] = [inkOn(color) === '#000' ? 0 : 1, luminance(color)];
        const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        expect(contrast, color).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});
