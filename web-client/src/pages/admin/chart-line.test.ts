import { expect, test } from 'vitest';
import { indexAt, lastOf, lineOf, topOf } from './chart-line.ts';

test('the top of a chart is a round number that nothing is above', () => {
  expect([[3], [20], [21], [0.004], []].map((values) => topOf(values, 0.001))).toEqual([
    5, 20, 50, 0.005, 0.001,
  ]);
  expect(topOf([0.3], 1)).toBe(1);
});

test('a line breaks where nothing was measured', () => {
  expect(lineOf([0, 10, null, 5, 5], 10)).toBe('M0 60L75 0M225 30L300 30');
  expect(lineOf([], 10)).toBe('');
  expect(lineOf([10], 10)).toBe('M300 0');
});

test('a place on the chart is the moment nearest to it', () => {
  expect([-1, 0, 0.49, 0.51, 2].map((part) => indexAt(part, 3))).toEqual([0, 0, 1, 1, 2]);
  expect(lastOf([1, 2, null])).toBe(2);
  expect(lastOf([null])).toBeUndefined();
});
