/**
 * What fits what was typed.
 */

import { describe, expect, it } from 'vitest';
import { best, fitOf, wordsOf } from './match.ts';

const texts = (query: string, all: string[], limit = 10) =>
  best(all, (text) => text, query, limit).map(({ item }) => item);

describe('a text', () => {
  it('fits if it has every word, in whichever order', () => {
    expect(fitOf(wordsOf('panel sand'), 'Sand the panel')).toBeGreaterThan(0);
    expect(fitOf(wordsOf('panel weld'), 'Sand the panel')).toBe(0);
  });

  it('fits whatever its capitals and marks', () => {
    expect(fitOf(wordsOf('ZUNDUNG'), 'Zündung')).toBeGreaterThan(0);
    expect(fitOf(wordsOf('Ålesund'), 'alesund')).toBeGreaterThan(0);
  });

  it('fits nothing that was not typed', () => {
    expect(fitOf(wordsOf('  '), 'Sand')).toBe(0);
  });

  it('fits signs as they are', () => {
    expect(texts('c++ (', ['Learn C++ (again)', 'Learn C'])).toEqual(['Learn C++ (again)']);
  });
});

describe('what fits best', () => {
  it('is the same, then what begins so, then what has such a word, then what has it inside', () => {
    expect(texts('door', ['Indoor', 'Paint doors', 'Doors', 'Door'])).toEqual([
      'Door',
      'Doors',
      'Paint doors',
      'Indoor',
    ]);
  });

  it('finds the beginning of a later word behind the same letters inside of one', () => {
    expect(texts('art', ['Part', 'Part and art'])).toEqual(['Part and art', 'Part']);
  });

  it('is the shorter one of two that fit alike, and no more than is asked for', () => {
    expect(texts('pan', ['Panels of the roof', 'Panel'])).toEqual(['Panel', 'Panels of the roof']);
    expect(texts('a', ['a', 'ab', 'abc'], 2)).toEqual(['a', 'ab']);
  });
});
