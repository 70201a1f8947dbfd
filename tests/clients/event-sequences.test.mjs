// Every command's events, in order, with what stands around them; then those of its undo and of its redo.
// Each goes in over REST and over a socket, and is heard on / and on /graph.
//
// Proves CMD-5 and UNDO-5 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { garden, linesOf, withOlderNames } from './sequences.mjs';
import { as, enter, execute, post, readGraph, until } from './support.mjs';

const NEW = '5f0e2d3c-4b5a-4678-8796-a5b4c3d2e1f0';
const USER = { 'x-graphroom-user': 'alice' };

/** By what it does: the command and what is told of it, of its undo and, if that differs, of its redo. */
const CASES = {
  'a node is created': {
    command: ({ root }) => ['CreateNode', { parent_id: root, blueprint_type_id: 'phase' }],
    told: ['created new in root at 2'],
    undone: ['deleted new from root'],
  },
  'a node is deleted': {
    command: ({ A }) => ['DeleteNode', { node_id: A }],
    told: ['deleted A A1 A2 from root'],
    undone: ['created A in root at 0', 'created A1 in A at 0', 'created A2 in A at 1'],
  },
  'a property is written': {
    command: ({ A }) => ['UpdateProperty', { node_id: A, property_id: 'start_date', new_value: '2027-04-01' }],
    told: ['changed A.start_date to 2027-04-01 from 2027-03-01'],
    undone: ['changed A.start_date to 2027-03-01 from 2027-04-01'],
  },
  'a property is written for the first time': {
    command: ({ B }) => ['UpdateProperty', { node_id: B, property_id: 'start_date', value: '2027-04-01' }],
    told: ['changed B.start_date to 2027-04-01 from null'],
    undone: ['cleared B.start_date from 2027-04-01'],
  },
  'a node is renamed': {
    command: ({ A }) => ['UpdateProperty', { node_id: A, property_id: 'name', new_value: 'Axle' }],
    told: ['renamed A to Axle from A', 'changed A.name to Axle from A'],
    undone: ['renamed A to A from Axle', 'changed A.name to A from Axle'],
  },
  'a property is deleted': {
    command: ({ A }) => ['DeleteProperty', { node_id: A, property_id: 'start_date' }],
    told: ['cleared A.start_date from 2027-03-01'],
    undone: ['changed A.start_date to 2027-03-01 from null'],
  },
  'a property is deleted by the older name of the command': {
    type: 'DeleteProperty',
    command: ({ A }) => ['DeleteOrphanedProperty', { node_id: A, property_key: 'start_date' }],
    told: ['cleared A.start_date from 2027-03-01'],
    undone: ['changed A.start_date to 2027-03-01 from null'],
  },
  'a node is linked under another parent': {
    command: ({ A, B }) => ['LinkNode', { parent_id: A, child_id: B }],
    told: ['unlinked B from root at 1', 'linked B to A at 2'],
    undone: ['unlinked B from A at 2', 'linked B to root at 1'],
  },
  'a node is unlinked': {
    command: ({ A, A1 }) => ['UnlinkNode', { parent_id: A, child_id: A1 }],
    told: ['unlinked A1 from A at 0'],
    undone: ['linked A1 to A at 0'],
  },
  'a node is moved': {
    command: ({ A2, B }) => ['MoveNode', { node_id: A2, new_parent_id: B }],
    told: ['unlinked A2 from A at 1', 'linked A2 to B at 0'],
    undone: ['unlinked A2 from B at 0', 'linked A2 to A at 1'],
  },
  'a node is moved to the roots': {
    command: ({ A2 }) => ['MoveNode', { node_id: A2, new_parent_id: null, position: 'first' }],
    told: ['unlinked A2 from A at 1', 'linked A2 to nobody at 0'],
    undone: ['linked A2 to A at 1'],
  },
  'a node is reordered': {
    command: ({ A2 }) => ['ReorderNode', { node_id: A2, new_index: 0 }],
    told: ['unlinked A2 from A at 1', 'linked A2 to A at 0'],
    undone: ['unlinked A2 from A at 0', 'linked A2 to A at 1'],
  },
  'a kit is applied': {
    command: ({ A, B }) => ['ApplyKit', { target_id: B, kit_root_id: A }],
    told: ['created new in B at 0', 'created new in B at 1'],
    undone: ['deleted new from B', 'deleted new from B'],
  },
  'a node waits for another one': {
    command: ({ A, B }) => ['UpdateBlockingRelationship', { blocked_node_id: A, blocking_node_id: B }],
    told: ['A waits for B, not nobody'],
    undone: ['A waits for nobody, not B'],
  },
  'a batch is given': {
    command: ({ root, A, B }) => [
      'Batch',
      {
        commands: [
          { command_type: 'CreateNode', data: { node_id: NEW, parent_id: root, blueprint_type_id: 'phase' } },
          { command_type: 'MoveNode', data: { node_id: B, new_parent_id: NEW } },
          { command_type: 'UpdateBlockingRelationship', data: { blocked_node_id: B, blocking_node_id: A } },
          { command_type: 'DeleteNode', data: { node_id: A } },
        ],
      },
    ],
    told: [
      'created new in root at 2',
      'unlinked B from root at 1',
      'linked B to new at 0',
      'B waits for A, not nobody',
      'deleted A A1 A2 from root',
    ],
    undone: [
      'created A in root at 0',
      'created A1 in A at 0',
      'created A2 in A at 1',
      'B waits for A, not nobody',
      'B waits for nobody, not A',
      'unlinked B from new at 0',
      'linked B to root at 1',
      'deleted new from root',
    ],
  },
};

/** The ways in, each for a command, an undo and a redo: the answer, with its `status` over REST. */
const WAYS = {
  REST: ({ session_id }) => ({
    execute: async (type, data) => (await execute(session_id, type, data, {}, USER)).json,
    take: async (verb) => (await post(`/api/v1/sessions/${session_id}/${verb}`, { scope: 'mine' }, USER)).json,
  }),
  'a socket': ({ session_id, alice }) => ({
    execute: (type, data) => alice.execute(session_id, type, data),
    take: (verb) => alice.ask(verb, { session_id }),
  }),
};

for (const [title, { command, told, undone, type }] of Object.entries(CASES)) {
  for (const [way, open] of Object.entries(WAYS)) {
    test(`${title} over ${way}: its events, its undo's and its redo's`, async (t) => {
      const { session_id, ids } = await garden();
      const alice = await enter(t, session_id, as('alice'));
      const front = await enter(t, session_id, { path: '/graph', transports: ['polling'], upgrade: false });
      const { execute, take } = open({ session_id, alice });
      const before = (await readGraph(session_id)).graph;

      /** Holds what both members were told about an answer's command to `lines`. */
      const hear = async ({ success, command_id, seq }, lines) => {
        assert.equal(success, true);
        const last = withOlderNames(lines).at(-1);
        await until(() => linesOf(front, command_id, ids).includes(last), { what: () => `${last} on /graph` });
        await until(() => linesOf(alice, command_id, ids).includes(lines.at(-1)), { what: () => lines.at(-1) });
        assert.deepEqual(linesOf(alice, command_id, ids), lines);
        assert.deepEqual(linesOf(front, command_id, ids), withOlderNames(lines));
        const seqs = alice.graphEvents().filter((event) => event.command_id === command_id).map((event) => event.seq);
        assert.deepEqual(seqs, seqs.map((_, place) => seq - seqs.length + 1 + place));
      };

      const [command_type, data] = command(ids);
      await hear(await execute(command_type, data), ['command:executing', ...told, 'command:executed']);
      const [event] = alice.told('command:executing').slice(-1);
      assert.equal(event.command_type, type ?? command_type);
      const after = (await readGraph(session_id)).graph;

      await hear(await take('undo'), [...undone, 'command:undo']);
      assert.deepEqual((await readGraph(session_id)).graph, before);
      await hear(await take('redo'), [...told, 'command:redo']);
      assert.deepEqual((await readGraph(session_id)).graph, after);
    });
  }
}

for (const [way, open] of Object.entries(WAYS)) {
  test(`adopting over ${way}: the project's own template is told, an unknown one is refused`, async (t) => {
    const { session_id, ids, seq } = await garden();
    const alice = await enter(t, session_id, as('alice'));
    const { execute, take } = open({ session_id, alice });
    const refused = await execute('AdoptTemplate', { template_id: 'no-such-template' });
    assert.equal(refused.error.code, 'INVALID_TEMPLATE');
    assert.deepEqual(refused.error.details, { template_id: 'no-such-template' });
    assert.equal((await alice.hears('command:failed')).error.code, 'INVALID_TEMPLATE');

    const answer = await execute('AdoptTemplate', {});
    assert.equal(answer.seq, seq + 1);
    await alice.hears('command:executed', (event) => event.command_id === answer.command_id);
    const [, adopted] = linesOf(alice, answer.command_id, ids);
    assert.match(adopted, /^adopted restomod ./);
    assert.equal((await take('undo')).nothing_to_undo, true);
  });

  test(`over ${way} a batch and a kit answer with the nodes that they made`, async (t) => {
    const { session_id, ids } = await garden();
    const alice = await enter(t, session_id, as('alice'));
    const { execute } = open({ session_id, alice });
    const create = (parent_id) => ({ command_type: 'CreateNode', data: { parent_id, blueprint_type_id: 'job' } });
    const batch = await execute('Batch', { commands: [create(ids.B), create(ids.root)] });
    const kit = await execute('ApplyKit', { target_id: ids.B, kit_root_id: ids.A });
    const { graph } = await readGraph(session_id);
    const children = graph.roots[0].children.find(({ id }) => id === ids.B).children.map(({ id }) => id);
    assert.deepEqual(batch.node_ids, [children[0], graph.roots[0].children.at(-1).id]);
    assert.deepEqual(kit.node_ids, children.slice(1));
    assert.equal('node_id' in batch || 'node_id' in kit, false);
  });

  test(`over ${way} a batch that is refused says which command it is and tells nothing but that`, async (t) => {
    const { session_id, ids, seq } = await garden();
    const alice = await enter(t, session_id, as('alice'));
    const { execute } = open({ session_id, alice });
    const remove = (node_id) => ({ command_type: 'DeleteNode', data: { node_id } });
    const { error } = await execute('Batch', { commands: [remove(ids.A), remove(ids.A1)] });
    assert.equal(error.code, 'NODE_NOT_FOUND');
    assert.deepEqual(error.details, { node_id: ids.A1, command_index: 1 });
    assert.deepEqual((await alice.hears('command:failed')).error, error);
    assert.equal((await readGraph(session_id)).seq, seq);
    assert.deepEqual(alice.graphEvents(), []);
  });
}
