/**
 * What the palette lists.
 */

import { describe, expect, it } from 'vitest';
import type { Action } from './actions.ts';
import { allGroups, fittingGroups, itemOf } from './groups.ts';
import type { FoundNode } from './use-found-nodes.ts';

const action = (id: string, group: Action['group'], label = id, words = ''): Action => ({
  id,
  label,
  group,
  words,
  run: () => undefined,
});
const node = (name: string, fit: number): FoundNode => ({ id: name, name, type: 'task', path: '', fit });

const shape = (groups: ReturnType<typeof allGroups>) =>
  groups.map(({ name, items }) => [name, ...items.map(({ key }) => key)]);

describe('before anything is typed', () => {
  const actions = [action('rename', 'Node'), action('undo', 'Steps'), action('delete', 'Node')];

  it('every action is there once, below its group', () => {
    expect(shape(allGroups(actions, []))).toEqual([
      ['Node', 'action:rename', 'action:delete'],
      ['Steps', 'action:undo'],
    ]);
  });

  it('what was chosen last comes first, and not a second time', () => {
    expect(shape(allGroups(actions, [itemOf(actions[1]!)]))).toEqual([
      ['Recent', 'action:undo'],
      ['Node', 'action:rename', 'action:delete'],
    ]);
  });
});

describe('once something is typed', () => {
  const actions = [
    action('undo', 'Steps', 'Undo your last step'),
    action('help', 'Go', 'Show all keys', 'help'),
  ];

  it('what fits best says which group is first', () => {
    expect(shape(fittingGroups('undo', actions, [node('Indoor undone', 3)], 'p'))).toEqual([
      ['Actions', 'action:undo'],
      ['Nodes', 'node:p:Indoor undone'],
    ]);
    expect(shape(fittingGroups('step', actions, [node('Step', 5.1)], 'p'))[0]?.[0]).toBe('Nodes');
  });

  it('an action is found by words that are not shown', () => {
    expect(shape(fittingGroups('help', actions, [], 'p'))).toEqual([['Actions', 'action:help']]);
  });

  it('what does not fit is not there', () => {
    expect(fittingGroups('zebra', actions, [], 'p')).toEqual([]);
  });
});
