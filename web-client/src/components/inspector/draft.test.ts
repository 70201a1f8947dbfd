import { expect, it } from 'vitest';
import { isOvertaken, shown, typed } from './draft.ts';

it('shows what is being typed, whatever happens to the value', () => {
  const draft = typed(null, 'new', 'old');
  expect(shown(draft, 'old', undefined)).toBe('new');
  expect(shown(draft, 'theirs', undefined)).toBe('new');
});

it('knows that the value was changed beneath it, until that is what it began with', () => {
  const draft = typed(null, 'new', 'old');
  expect(isOvertaken(draft, 'old')).toBe(false);
  expect(isOvertaken(draft, 'theirs')).toBe(true);
  expect(isOvertaken(typed(draft, 'newer', 'theirs'), 'theirs')).toBe(true);
});

it('keeps the way something was written for as long as the value is the same', () => {
  const written = { text: '1.50', from: 1.5, isDirty: false };
  expect(shown(written, 1.5, undefined)).toBe('1.50');
  expect(shown(written, 2, undefined)).toBeNull();
  expect(isOvertaken(written, 2)).toBe(false);
});

it('begins anew with the value that is there once the last was written', () => {
  const written = { text: 'a', from: 'a', isDirty: false };
  expect(typed(written, 'ab', 'theirs').from).toBe('theirs');
});

it('shows what was refused for correction, and what is typed on top of it', () => {
  const fault = { message: 'Not a number', text: 'many' };
  expect(shown(null, 5, fault)).toBe('many');
  expect(shown(typed(null, '6', 5), 5, fault)).toBe('6');
});
