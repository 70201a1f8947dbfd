import { expect, test } from 'vitest';
import { dataOf } from './broadcast-data.ts';

test('what is sent is an object, or it is said why not', () => {
  expect(dataOf('{"message": "Soon"}')).toEqual({ data: { message: 'Soon' } });
  expect(dataOf('  ')).toEqual({ data: {} });
  for (const text of ['[1]', 'null', '"soon"', '7'])
    expect(dataOf(text)).toEqual({ fault: 'Write a JSON object: { … }' });
  expect(dataOf('{"message": ')).toEqual({ fault: expect.stringContaining('This is no JSON') });
});
