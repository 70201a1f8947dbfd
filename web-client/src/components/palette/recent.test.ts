/**
 * What was chosen last.
 */

import { expect, it } from 'vitest';
import { recent, remember, withLatest } from './recent.ts';

it('the latest comes first, once, and the oldest goes', () => {
  expect(withLatest(['b', 'a'], 'a', 3)).toEqual(['a', 'b']);
  expect(withLatest(['c', 'b', 'a'], 'd', 3)).toEqual(['d', 'c', 'b']);
});

it('is remembered where nothing can be stored', () => {
  remember('action:undo');
  remember('action:redo');
  remember('action:undo');
  expect(recent.getState().keys).toEqual(['action:undo', 'action:redo']);
});
