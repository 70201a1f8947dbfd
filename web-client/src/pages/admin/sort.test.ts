import { expect, test } from 'vitest';
import { pressed, sorted } from './sort.ts';

test('rows are sorted by words and by figures, and nothing is last whichever way', () => {
  const rows = [{ v: 3 }, { v: null }, { v: 10 }, { v: 1 }];
  expect(sorted(rows, ({ v }) => v, false).map(({ v }) => v)).toEqual([1, 3, 10, null]);
  expect(sorted(rows, ({ v }) => v, true).map(({ v }) => v)).toEqual([10, 3, 1, null]);
  expect(sorted(['client 10', 'Client 9', 'ann'], (name) => name, false)).toEqual([
    'ann',
    'Client 9',
    'client 10',
  ]);
});

test('rows that are equal stay as they were', () => {
  const rows = [
    { id: 'a', v: 1 },
    { id: 'b', v: 1 },
    { id: 'c', v: 0 },
  ];
  for (const isDown of [true, false]) {
    const ids = sorted(rows, ({ v }) => v, isDown).map(({ id }) => id);
    expect(ids.filter((id) => id !== 'c')).toEqual(['a', 'b']);
  }
});

test('figures begin with the largest, words with the first; the same column goes the other way', () => {
  const name = { by: 'name', isDown: false };
  expect(pressed(name, 'rate', true)).toEqual({ by: 'rate', isDown: true });
  expect(pressed({ by: 'rate', isDown: true }, 'name', false)).toEqual(name);
  expect(pressed(name, 'name', false)).toEqual({ by: 'name', isDown: true });
});
