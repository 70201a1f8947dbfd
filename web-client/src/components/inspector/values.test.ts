import type { PropertySchema } from '@protocol';
import { describe, expect, it } from 'vitest';
import { faultOf, format, inWords, isDate, isMissing, kindOf, parse, same } from './values.ts';

const property = (type: string, more: Partial<PropertySchema> = {}): PropertySchema => ({
  id: 'p',
  name: 'P',
  type,
  required: false,
  options: null,
  indicator_set: null,
  ...more,
});

describe('what is typed into a number', () => {
  it.each([
    ['12', 12],
    [' -3.5 ', -3.5],
    ['1,234,567.25', 1234567.25],
    ['1 234,5', 1234.5],
    ['0,5', 0.5],
    ['.5', 0.5],
    ['5.', 5],
    ['2e3', 2000],
    ["1'000", 1000],
  ])('reads %s', (text, value) => expect(parse('number', text)).toEqual({ value }));

  it.each(['abc', '1.2.3', '1,2,3', '--1', '12 EUR', '0x10'])('does not take %s', (text) =>
    expect(parse('currency', text)).toEqual({ fault: 'Not a number' }),
  );

  it('says what is too large', () =>
    expect(parse('number', '9e999')).toEqual({ fault: 'Too large for a number' }));

  it('takes blanks for no value', () => expect(parse('number', '  ')).toEqual({ value: undefined }));
});

describe('a date', () => {
  it('has to be in the calendar', () => {
    expect(isDate('2024-02-29')).toBe(true);
    expect(isDate('2023-02-29')).toBe(false);
    expect(isDate('2023-13-01')).toBe(false);
    expect(isDate('31.5.2023')).toBe(false);
  });
  it('is told how to be written', () => expect(parse('date', '31.5.2023')).toHaveProperty('fault'));
});

describe('a text', () => {
  it('keeps its blanks', () => expect(parse('text', ' a ')).toEqual({ value: ' a ' }));
});

describe('how values are shown', () => {
  it('groups money so that it can be read, also by this', () => {
    expect(format('currency', 1234.5)).toBe('1,234.50');
    expect(format('number', 1234.5)).toBe('1234.5');
    for (const value of [0, -1, 1000, 1234.5, 1234567.891, 1e21, 1e-7]) {
      expect(parse('currency', format('currency', value))).toEqual({ value });
      expect(parse('number', format('number', value))).toEqual({ value });
    }
  });
  it('shows what is there even if it is of another kind', () => {
    expect(format('number', 'many')).toBe('many');
    expect(format('text', { a: 1 })).toBe('{"a":1}');
    expect(format('text', undefined)).toBe('');
  });
  it('names an option', () => {
    const status = property('select', {
      options: [{ id: 'x', uuid: 'x', name: 'Done', indicator_id: null, bullet: null }],
    });
    expect(inWords(status, 'x')).toBe('Done');
    expect(inWords(status, 'y')).toBe('y');
    expect(inWords(undefined, true)).toBe('yes');
    expect(inWords(undefined, null)).toBe('nothing');
    expect(inWords(undefined, 'a'.repeat(100))).toHaveLength(80);
  });
});

describe('what is wrong with a value that is there', () => {
  it('says it by the kind of the property', () => {
    expect(faultOf(property('number'), 'many')).toBe('This is not a number');
    expect(faultOf(property('boolean'), 'yes')).toBe('This is neither yes nor no');
    expect(faultOf(property('date'), 'soon')).toBe('This is not a date');
    expect(faultOf(property('select', { options: [] }), 'x')).toMatch(/options/);
    expect(faultOf(property('text'), 5)).toBe('This is not a text');
  });
  it('is nothing for what fits, and for what is not there', () => {
    expect(faultOf(property('number'), 5)).toBeNull();
    expect(faultOf(property('date'), '2024-02-29')).toBeNull();
    expect(faultOf(property('date'), undefined)).toBeNull();
  });
  it('insists on what is required', () => {
    expect(isMissing(property('text', { required: true }), '')).toBe(true);
    expect(isMissing(property('number', { required: true }), 0)).toBe(false);
    expect(isMissing(property('text'), undefined)).toBe(false);
  });
});

it('edits what it does not know as text', () => {
  expect(kindOf({ type: 'colour' })).toBe('text');
  expect(kindOf({ type: 'date' })).toBe('date');
});

it('compares values as JSON', () => {
  expect(same({ a: [1] }, { a: [1] })).toBe(true);
  expect(same(undefined, null)).toBe(true);
  expect(same('1', 1)).toBe(false);
});
