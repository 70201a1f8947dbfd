/**
 * Colours and letters that stand for people.
 */

import { describe, expect, it } from 'vitest';
import { colourOf, initialsOf } from './author-colour.ts';

describe('a colour', () => {
  it('is the one that the server gives', () => {
    expect(['ada', 'grace', 'linus', 'Åse'].map(colourOf)).toEqual([
      '#364fc7',
      '#5c940d',
      '#d6336c',
      '#e8590c',
    ]);
  });
});

describe('initials', () => {
  it('are of the first and the last word', () => {
    expect(initialsOf('Ada Lovelace')).toBe('AL');
    expect(initialsOf('grace brewster murray hopper')).toBe('GH');
    expect(initialsOf(' åse ')).toBe('Å');
    expect(initialsOf('𝒳 1')).toBe('𝒳1');
    expect(initialsOf(' ')).toBe('?');
  });
});
