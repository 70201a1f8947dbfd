/**
 * Who else is here.
 */

import type { Participant } from '@protocol';
import { expect, test } from 'vitest';
import { graphOf } from './fixture.ts';
import { layOut, shownNodes } from './layout.ts';
import { others, rings } from './peers.ts';

function participant(user_id: string, more: Partial<Participant> = {}): Participant {
  return { user_id, color: '#336699', status: 'active', connections: [`${user_id}-1`], ...more };
}

const graph = graphOf('car\n  brakes\n    front\n  engine');
const layout = layOut(shownNodes(graph, new Set(['car'])), 'right');

test('oneself is nobody else, by name or by connection', () => {
  const all = new Map(
    [participant('a'), participant('b'), participant('c')].map((one) => [one.user_id, one]),
  );
  const ids = others(all, { userId: 'a', clientId: 'c-1' }).map(({ user_id }) => user_id);
  expect(ids).toEqual(['b']);
});

test('a ring is around what somebody selected, or the card that stands for it', () => {
  const found = rings(
    graph,
    layout,
    [participant('b', { selection: ['front', 'engine', 'gone'] })],
    new Map(),
  );
  expect([...found.keys()]).toEqual(['brakes', 'engine']);
  expect(found.get('brakes')?.map(({ userId }) => userId)).toEqual(['b']);
});

test('a ring that did not change is the same object', () => {
  const before = rings(graph, layout, [participant('b', { selection: ['brakes'] })], new Map());
  const same = rings(
    graph,
    layout,
    [participant('b', { selection: ['brakes'], cursor: { x: 1, y: 2 } })],
    before,
  );
  expect(same).toBe(before);
  const more = rings(
    graph,
    layout,
    [participant('b', { selection: ['brakes'] }), participant('d', { selection: ['car'] })],
    before,
  );
  expect(more.get('brakes')).toBe(before.get('brakes'));
  expect(more.get('car')).toHaveLength(1);
});
