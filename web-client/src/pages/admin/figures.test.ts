import { expect, test } from 'vitest';
import { bytes, count, duration, inShort, milliseconds, percent, perSecond } from './figures.ts';

test('figures are as long as they have to be', () => {
  expect([count(12_345), count(undefined), count(Number.NaN)]).toEqual(['12,345', '–', '–']);
  expect([perSecond(0), perSecond(0.25), perSecond(9.96), perSecond(1_234)]).toEqual([
    '0/s',
    '0.3/s',
    '10.0/s',
    '1,234/s',
  ]);
  expect([bytes(0), bytes(900), bytes(2_048), bytes(50 * 1024 ** 2)]).toEqual([
    '0 B',
    '900 B',
    '2.0 KiB',
    '50 MiB',
  ]);
  expect([milliseconds(0.42), milliseconds(12), milliseconds(1_500), milliseconds(null)]).toEqual([
    '0.4 ms',
    '12 ms',
    '1.5 s',
    '–',
  ]);
  expect([inShort(999), inShort(20_000), inShort(12_640_000)]).toEqual(['999', '20K', '12.6M']);
  expect([percent(0.126), percent(null)]).toEqual(['13 %', '–']);
});

test('a duration is told by its two largest units', () => {
  expect([0, 59, 60, 3_605, 90_000, 4 * 86_400 + 5].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '1 d 1 h',
    '4 d',
  ]);
});
