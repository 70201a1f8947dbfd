/**
 * What is shown between a wish and its events.
 */

import type { AnyGraphEvent, Command } from '@protocol';
import { expect, test } from 'vitest';
import { Replica } from './replica.ts';

const EPOCH = 'epoch';

function made(seq: number, id: string, commandId: string): AnyGraphEvent {
  const node = {
    id,
    blueprint_type_id: 'phase',
    name: id,
    properties: {},
    parent_id: null,
    children: [],
    created_at: '',
    blocked_by: null,
  };
  // The fields that a replica reads.
  return {
    event: 'node-created',
    epoch: EPOCH,
    seq,
    command_id: commandId,
    node_id: id,
    parent_id: null,
    index: 0,
    node,
  } as unknown as AnyGraphEvent;
}

const batch: Command = {
  command_type: 'Batch',
  data: {
    commands: ['a', 'b'].map((id) => ({
      command_type: 'CreateNode' as const,
      data: { node_id: id, blueprint_type_id: 'phase', name: id },
    })),
  },
};

function wishing(): Replica {
  const replica = new Replica();
  replica.read({ roots: [] }, { epoch: EPOCH, seq: 0 });
  replica.wish({ commandId: 'own', command: batch, at: '' });
  return replica;
}

test('a command whose events come in two frames is shown whole all the time', () => {
  const replica = wishing();
  const sizes: number[] = [];
  replica.subscribe(() => sizes.push(replica.size));
  replica.take([made(1, 'a', 'own')]);
  expect([...replica.ids()].sort()).toEqual(['a', 'b']);
  replica.take([made(2, 'b', 'own')]);
  replica.settle('own', 2);
  expect(replica.wishes).toEqual([]);
  expect(new Set(sizes)).toEqual(new Set([2]));
});

test('an answer that overtakes its events takes nothing back', () => {
  const replica = wishing();
  replica.settle('own', 2);
  expect(replica.size).toBe(2);
  replica.take([made(1, 'a', 'own'), made(2, 'b', 'own')]);
  expect([replica.size, replica.wishes.length]).toEqual([2, 0]);
});

test('a refusal takes the wish back at once', () => {
  const replica = wishing();
  replica.settle('own');
  expect([replica.size, replica.wishes.length]).toEqual([0, 0]);
});

test('another command’s event says that all of the one before are here, be it answered or not', () => {
  const replica = wishing();
  replica.take([made(1, 'a', 'own'), made(2, 'b', 'own'), made(3, 'c', 'another')]);
  expect(replica.wishes).toEqual([]);
  expect([...replica.ids()].sort()).toEqual(['a', 'b', 'c']);
});

test('what was answered in another journal is not waited for', () => {
  const replica = wishing();
  replica.settle('own', 200);
  replica.read({ roots: [] }, { epoch: 'another', seq: 1 });
  expect([replica.size, replica.wishes.length]).toEqual([0, 0]);
});

test('a gap is taken up to where it is, and an event twice is nothing new', () => {
  const replica = wishing();
  expect(replica.take([made(1, 'x', 'other'), made(3, 'z', 'other')])).toBe('gap');
  expect(replica.take([made(1, 'x', 'other')])).toBe('taken');
  expect(replica.place?.seq).toBe(1);
});
