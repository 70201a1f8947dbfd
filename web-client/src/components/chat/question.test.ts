/**
 * What a message says of the question that it is.
 */

import { expect, test } from 'vitest';
import { againOf, askedOf, question } from './question.ts';

test('a question can be read from its message, and asked again', () => {
  const { ask, metadata } = question({ id: 'n1', name: 'Engine' });
  expect(askedOf(metadata)).toEqual({ about: { id: 'n1', name: 'Engine' } });
  expect(againOf(metadata)).toEqual(ask);
  const bare = question(null);
  expect([askedOf(bare.metadata), againOf(bare.metadata)]).toEqual([{ about: null }, {}]);
});

test('what other clients write there is taken for what it is', () => {
  expect(askedOf(undefined)).toBeNull();
  expect(askedOf({ asks: 'yes' })).toBeNull();
  expect(askedOf({ asks: null })).toBeNull();
  expect(askedOf({ asks: { node_id: 7, node_name: 'x' } })).toEqual({ about: null });
});
