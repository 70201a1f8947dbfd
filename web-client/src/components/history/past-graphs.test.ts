/**
 * Which graphs of the past are kept.
 */

import type { GraphTree } from '@protocol';
import { describe, expect, it } from 'vitest';
import { PastGraphs } from './past-graphs.ts';

function chain(length: number): GraphTree {
  let children: GraphTree['roots'] = [];
  for (let index = 0; index < length; index += 1) {
    const node = { id: `${index}`, blueprint_type_id: 'task', name: '', properties: {}, children };
    const rest = {
      parent_id: null,
      created_at: '',
      blocked_by: null,
      allowed_children: [],
      icon_id: null,
      indicator_id: null,
      indicator_set: null,
    };
    children = [{ ...node, ...rest }];
  }
  return { roots: children };
}

describe('graphs of the past', () => {
  it('are there again for who comes back', () => {
    const graphs = new PastGraphs();
    const tree = chain(3);
    graphs.keep(7, tree);
    expect(graphs.get(7)).toBe(tree);
    expect(graphs.get(8)).toBeUndefined();
  });

  it('go when there is too much, those first that were not looked at for longest', () => {
    const graphs = new PastGraphs(25);
    graphs.keep(1, chain(9));
    graphs.keep(2, chain(9));
    graphs.get(1);
    graphs.keep(3, chain(9));
    expect([1, 2, 3].map((seq) => graphs.get(seq) !== undefined)).toEqual([true, false, true]);
  });

  it('are kept one at a time where one is too much already', () => {
    const graphs = new PastGraphs(5);
    graphs.keep(1, chain(9));
    graphs.keep(2, chain(9));
    expect([1, 2].map((seq) => graphs.get(seq) !== undefined)).toEqual([false, true]);
  });

  it('count the same however often they are kept', () => {
    const graphs = new PastGraphs(25);
    for (let again = 0; again < 5; again += 1) graphs.keep(1, chain(9));
    graphs.keep(2, chain(9));
    expect(graphs.get(1)).toBeDefined();
    graphs.clear();
    expect(graphs.get(2)).toBeUndefined();
  });
});
