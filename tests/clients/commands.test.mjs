// Commands and reads over Socket.IO, each with its acknowledgement.
//
// Proves CMD-1, CMD-4, DEL-1, EDIT-2 and UNDO-4 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, NOBODY, as, connect, createProject, enter, execute, readGraph } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

test('execute_command answers with the seq, the node and what can be undone', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  const answer = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Body'), { command_id: 'c-1' });
  assert.equal(answer.success, true);
  assert.equal(answer.command_id, 'c-1');
  assert.equal(answer.seq, 2);
  assert.equal(answer.undo_available, true);
  assert.equal(answer.redo_available, false);
  assert.equal(answer.is_dirty, true);
  assert.equal('graph' in answer, false);
  const event = await alice.hears('node-created');
  assert.equal(event.node_id, answer.node_id);
  assert.deepEqual(event.author, { user_id: 'alice', client_id: alice.id });
});

test('a command without an id gets one from the server', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const answer = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  assert.match(answer.command_id, /^[0-9a-f-]{36}$/);
  assert.equal((await member.hears('node-created')).command_id, answer.command_id);
});

test('a socket that names nobody is anonymous under its own id', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  const { author } = await member.hears('node-created');
  assert.equal(author.user_id, `anonymous:${member.id}`);
});

test('with graph: true the answer holds the graph and says how new it is', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const answer = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'), { graph: true });
  assert.equal(answer.graph_seq, answer.seq);
  const [root] = answer.graph.roots;
  assert.equal(root.id, root_id);
  assert.equal(root.children[0].id, answer.node_id);
});

test('get_graph answers with the epoch, the seq and the graph that REST shows', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  const answer = await member.ask('get_graph', { session_id });
  const rest = await readGraph(session_id);
  assert.equal(answer.epoch, member.joined.epoch);
  assert.equal(answer.epoch, rest.epoch);
  assert.equal(answer.seq, 2);
  assert.deepEqual(answer.graph, rest.graph);
});

test('who is no member may command and read, and hears nothing', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const outsider = new Client(await connect(t, '/', as('mallory')));
  const answer = await outsider.execute(session_id, 'CreateNode', phase(root_id, 'From outside'));
  assert.equal(answer.success, true);
  assert.equal((await member.hears('node-created')).author.user_id, 'mallory');
  const read = await outsider.ask('get_graph', { session_id });
  assert.equal(read.seq, answer.seq);
  assert.deepEqual(outsider.names(), ['(answer)', '(answer)']);
});

// C-172, C-176, C-177
test('every change of a node is told with its old and new value', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const { node_id } = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  const write = (property_id, new_value) =>
    member.execute(session_id, 'UpdateProperty', { node_id, property_id, new_value, old_value: 'never believed' });
  await write('start_date', '2027-03-01');
  await write('start_date', '2027-04-01');
  await write('start_date', null);
  const { seq } = await write('name', 'Chassis');
  await member.hearsSeq(seq);

  const property = { property_id: 'start_date', property_name: 'start_date' };
  const name = { property_id: 'name', property_name: 'name' };
  const expected = [
    { event: 'property-changed', seq: 3, ...property, old_value: null, new_value: '2027-03-01' },
    { event: 'property-changed', seq: 4, ...property, old_value: '2027-03-01', new_value: '2027-04-01' },
    { event: 'property-deleted', seq: 5, ...property, old_value: '2027-04-01' },
    { event: 'node-updated', seq: 6, name: 'Chassis', old_name: 'Body' },
    { event: 'property-changed', seq: 7, ...name, old_value: 'Body', new_value: 'Chassis' },
  ];
  const told = member.graphEvents().filter((event) => event.seq > 2);
  assert.equal(told.length, expected.length);
  expected.forEach((fields, place) => {
    assert.equal(told[place].node_id, node_id);
    const seen = Object.fromEntries(Object.keys(fields).map((key) => [key, told[place][key]]));
    assert.deepEqual(seen, fields);
  });
});

// C-103, C-104
test('a delete takes the subtree and its undo brings it back', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const { node_id: body } = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  const job = { parent_id: body, blueprint_type_id: 'job', name: 'Sand it' };
  const { node_id: sand } = await member.execute(session_id, 'CreateNode', job);
  const before = (await readGraph(session_id)).graph;

  await member.execute(session_id, 'DeleteNode', { node_id: body });
  const deleted = await member.hears('node-deleted');
  assert.equal(deleted.node_id, body);
  assert.deepEqual(new Set(deleted.node_ids), new Set([body, sand]));

  member.forget();
  const { seq } = await member.ask('undo', { session_id });
  await member.hearsSeq(seq);
  assert.deepEqual(member.told('node-created').map((event) => event.node_id), [body, sand]);
  assert.deepEqual((await readGraph(session_id)).graph, before);
});

test('with check: true a stale old_value is refused with the current one', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const data = { node_id: root_id, property_id: 'vin', new_value: 'B', old_value: 'A', check: true };
  const answer = await member.execute(session_id, 'UpdateProperty', data);
  assert.equal(answer.success, false);
  assert.equal(answer.error.code, 'CONFLICT');
  assert.equal(answer.error.details.current_value, null);
  const rest = await execute(session_id, 'UpdateProperty', data);
  assert.equal(rest.status, 409);
  assert.equal(rest.json.error.code, 'CONFLICT');
});

test('rules of the graph have their own codes and REST answers 400 to the same', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const refused = {
    NODE_NOT_FOUND: ['DeleteNode', { node_id: NOBODY }],
    PARENT_NOT_FOUND: ['CreateNode', phase(NOBODY, 'Lost')],
    UNKNOWN_NODE_TYPE: ['CreateNode', { parent_id: root_id, blueprint_type_id: 'spaceship' }],
    NODE_EXISTS: ['CreateNode', { ...phase(root_id, 'Twice'), node_id: root_id }],
    PROPERTY_TOO_LARGE: ['UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: 'x'.repeat(65_537) }],
    INVALID_COMMAND: ['Explode', {}],
  };
  for (const [code, [type, data]] of Object.entries(refused)) {
    const answer = await member.execute(session_id, type, data);
    assert.equal(answer.success, false, code);
    assert.equal(answer.error.code, code);
    const rest = await execute(session_id, type, data);
    assert.equal(rest.status, 400, code);
    assert.equal(rest.json.error.code, code);
  }
  assert.equal((await readGraph(session_id)).seq, 1);
});
