import { expect, test } from 'vitest';
import { Refusal } from '../net/index.ts';
import { reasonOf } from './reason.ts';

test('who has too little a role hears which one it takes and which one it has', () => {
  const details = { rule: 'project:owner', role: 'editor' };
  const refusal = new Refusal({ code: 'FORBIDDEN', message: 'Not allowed', details });
  expect(reasonOf(refusal)).toBe('Only owners of this project may do that. You are an editor here.');
});

test('a rule that is not known is told in the server’s words', () => {
  const refusal = new Refusal({ code: 'FORBIDDEN', message: 'Not allowed', details: { rule: 'new' } });
  expect(reasonOf(refusal)).toBe('Not allowed.');
});

test('who is locked out hears for how long', () => {
  const details = { retry_after_ms: 900_000 };
  const refusal = new Refusal({ code: 'RATE_LIMITED', message: 'Too many failed attempts', details });
  expect(reasonOf(refusal)).toBe('Too many failed attempts. Try again in 15 minutes.');
});

test('what is no refusal is not passed off as the server’s answer', () => {
  expect(reasonOf(new TypeError('x is undefined'))).toMatch(/on this page/);
});
