/**
 * Colours that stand for people.
 */

import { describe, expect, it } from 'vitest';
import { colourOf } from './author-colour.ts';

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
