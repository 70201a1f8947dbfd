import { expect, test } from 'vitest';
import { errorOf } from './http.ts';

test('a refusal of a route says its code, its message and its details', () => {
  const text = JSON.stringify({ error: { code: 'FORBIDDEN', message: 'No', details: { role: 'viewer' } } });
  expect(errorOf(403, text, null)).toEqual({ code: 'FORBIDDEN', message: 'No', details: { role: 'viewer' } });
});

test('a refusal under /auth says how long to wait by its header', () => {
  const text = JSON.stringify({ detail: 'Too many', code: 'RATE_LIMITED' });
  expect(errorOf(429, text, '900')).toEqual({
    code: 'RATE_LIMITED',
    message: 'Too many',
    details: { retry_after_ms: 900_000 },
  });
});

test('a list of faults under /auth becomes one text', () => {
  const detail = [
    { loc: ['body', 'password'], msg: 'A password is 8 to 256 characters' },
    { msg: 'And more' },
  ];
  const { code, message } = errorOf(422, JSON.stringify({ detail, code: 'INVALID_REQUEST' }), null);
  expect([code, message]).toEqual(['INVALID_REQUEST', 'A password is 8 to 256 characters. And more']);
});

test('a page of a proxy is told by its status', () => {
  expect(errorOf(502, '<h1>Bad gateway</h1>', null)).toMatchObject({
    code: 'INTERNAL',
    message: 'The server answered 502',
  });
});
