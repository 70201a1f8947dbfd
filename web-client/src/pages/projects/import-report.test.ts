import { expect, test } from 'vitest';
import { LARGEST_FILE, readReport, sizeInWords, wrongWithFile } from './import-report.ts';

const good = {
  valid: true,
  faults: [],
  faults_total: 0,
  node_count: 1_234,
  template_id: 'restomod',
  name: 'M',
};
const templates = [{ id: 'restomod', name: 'Restomod', description: '' }];

test('a good file is told by its nodes and its template', () => {
  expect(readReport(good, templates)).toMatchObject({
    isGood: true,
    headline: '1,234 nodes, Restomod. Looks good.',
    more: '',
  });
});

test('a template that is not known is called by its id', () => {
  expect(readReport(good, undefined).headline).toBe('1,234 nodes, Restomod. Looks good.');
  expect(readReport({ ...good, template_id: 'my_own' }, templates).headline).toBe(
    '1,234 nodes, My own. Looks good.',
  );
});

test('faults are listed as far as they were told, and the rest is counted', () => {
  const faults = [{ place: 'roots[1]', message: 'There is no such node' }];
  const report = readReport({ ...good, valid: false, faults, faults_total: 1_201 }, templates);
  expect(report).toEqual({
    isGood: false,
    headline: '1,201 faults: the file cannot be imported like this.',
    faults,
    more: 'and 1,200 more',
  });
});

test('files that no server takes are not sent', () => {
  expect(wrongWithFile({ size: 0 })).toBe('The file is empty.');
  expect(wrongWithFile({ size: LARGEST_FILE })).toBeUndefined();
  expect(wrongWithFile({ size: LARGEST_FILE * 2 })).toBe(
    'The file has 512 MiB; the server takes 256 MiB at most.',
  );
});

test.each([
  [2, '2 bytes'],
  [1_023, '1023 bytes'],
  [1_024, '1.0 KiB'],
  [1_500_000, '1.4 MiB'],
  [52_428_800, '50 MiB'],
  [2 ** 45, '32768 GiB'],
])('%i bytes are "%s"', (bytes, said) => {
  expect(sizeInWords(bytes)).toBe(said);
});
