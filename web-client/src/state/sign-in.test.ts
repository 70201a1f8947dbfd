import { expect, test } from 'vitest';
import { Refusal } from '../net/index.ts';
import { whyNot } from './sign-in.ts';

const unknown = new Refusal({ code: 'UNAUTHENTICATED', message: 'Could not validate credentials' });

test('a wrong password and a spent invitation are told apart by what was shown', () => {
  expect(whyNot(unknown, false)).toMatch(/password is wrong/);
  expect(whyNot(unknown, true)).toMatch(/invitation does not count/);
});

test('a name that is taken can be chosen anew', () => {
  expect(whyNot(new Refusal({ code: 'CONFLICT', message: 'There is one' }), true)).toMatch(/Choose another/);
});

test('who is locked out hears for how long', () => {
  const details = { retry_after_ms: 900_000 };
  const locked = new Refusal({ code: 'RATE_LIMITED', message: 'Too many', details });
  expect(whyNot(locked, false)).toBe('That was wrong too often. Try again in 15 minutes.');
});
