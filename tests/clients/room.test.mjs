// Who is in a room and who is not.
//
// Proves CMD-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emitPing } from './stock.mjs';
import { Client, connect, createProject, enter, execute, get, post } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

// C-147
test('members on / and on /graph share the room', async (t) => {
  const { session_id, root_id } = await createProject();
  const browser = await enter(t, session_id, { path: '/' });
  const front = await enter(t, session_id, { path: '/graph', transports: ['polling'], upgrade: false });
  assert.equal(front.joined.active_clients, 2);
  const told = await browser.hears('session:connected', (event) => event.client_id === front.id);
  assert.equal(told.active_clients, 2);

  await front.execute(session_id, 'CreateNode', phase(root_id, 'From /graph'));
  await browser.execute(session_id, 'CreateNode', phase(root_id, 'From /'));
  await Promise.all([browser.hearsSeq(3), front.hearsSeq(3)]);
  assert.deepEqual(front.graphEvents(), browser.graphEvents());
  assert.deepEqual(browser.told('node-created').map((event) => event.name), ['From /graph', 'From /']);
});

// C-168
test('a member of another session hears nothing of this one', async (t) => {
  const [here, there] = await Promise.all([createProject('Here'), createProject('There')]);
  const member = await enter(t, here.session_id);
  const stranger = await enter(t, there.session_id);
  await execute(here.session_id, 'CreateNode', phase(here.root_id, 'Ours'));
  await member.hearsSeq(2);
  await execute(there.session_id, 'CreateNode', phase(there.root_id, 'Theirs'));
  await stranger.hearsSeq(2);

  const heard = stranger.log.filter(({ name }) => name).map(({ payload }) => payload.session_id);
  assert.deepEqual(new Set(heard), new Set([there.session_id]));
  assert.deepEqual(stranger.told('node-created').map((event) => event.name), ['Theirs']);
});

test('one connection can be in two rooms and events say which', async (t) => {
  const [here, there] = await Promise.all([createProject('Here'), createProject('There')]);
  const client = await enter(t, here.session_id);
  const second = await client.ask('join_session', { session_id: there.session_id });
  assert.equal(second.success, true);
  await execute(here.session_id, 'CreateNode', phase(here.root_id, 'Ours'));
  await execute(there.session_id, 'CreateNode', phase(there.root_id, 'Theirs'));
  const of = ({ session_id }) => (event) => event.session_id === session_id;
  assert.equal((await client.hears('node-created', of(here))).name, 'Ours');
  assert.equal((await client.hears('node-created', of(there))).name, 'Theirs');
});

// C-207
test('a client with REST alone never needs a socket', async () => {
  const { session_id, root_id } = await createProject('By hand');
  const made = await execute(session_id, 'CreateNode', phase(root_id, 'Engine'));
  assert.equal(made.status, 200);
  assert.equal(made.json.success, true);
  assert.equal(made.json.undo_available, true);
  assert.equal(made.json.is_dirty, true);
  assert.equal(made.json.graph.roots[0].children[0].id, made.json.node_id);

  const changes = { node_id: made.json.node_id, property_id: 'name', new_value: 'Gearbox' };
  assert.equal((await execute(session_id, 'UpdateProperty', changes)).status, 200);
  const tree = await get(`/api/v1/sessions/${session_id}/graph/tree`);
  assert.equal(tree.status, 200);
  assert.equal(tree.json.roots[0].children[0].name, 'Gearbox');

  assert.equal((await post(`/api/v1/sessions/${session_id}/undo`)).status, 200);
  assert.equal((await post(`/api/v1/sessions/${session_id}/redo`)).status, 200);
  const info = await get(`/api/v1/sessions/${session_id}/info`);
  assert.equal(info.json.active_clients, 0);
  assert.equal(info.json.node_count, 2);
  assert.equal(info.json.has_project, true);
});

// C-184, C-185, C-208
test('a disconnect is told to the others and leaves the session working', async (t) => {
  const { session_id, root_id } = await createProject();
  const [stays, goes] = [await enter(t, session_id), await enter(t, session_id)];
  const gone = goes.id;
  goes.socket.disconnect();
  const told = await stays.hears('session:disconnected');
  assert.equal(told.event, 'session:disconnected');
  assert.equal(told.session_id, session_id);
  assert.equal(told.client_id, gone);
  assert.equal(told.active_clients, 1);

  const answer = await stays.execute(session_id, 'CreateNode', phase(root_id, 'Still here'));
  assert.equal(answer.success, true);
  assert.equal((await stays.hears('node-created')).name, 'Still here');
  const info = await get(`/api/v1/sessions/${session_id}/info`);
  assert.equal(info.json.active_clients, 1);
});

// C-159
test('who leaves is answered, hears no more and stays connected', async (t) => {
  const { session_id, root_id } = await createProject();
  const [stays, leaves] = [await enter(t, session_id), await enter(t, session_id)];
  const answer = await leaves.ask('leave_session', { session_id });
  assert.equal(answer.success, true);
  const [left] = leaves.told('left');
  assert.equal(left.session_id, session_id);
  assert.equal(left.client_id, leaves.id);
  const told = await stays.hears('session:disconnected');
  assert.equal(told.client_id, leaves.id);

  leaves.forget();
  await execute(session_id, 'CreateNode', phase(root_id, 'Without you'));
  await stays.hears('node-created');
  await leaves.ask('join_session', { session_id });
  assert.deepEqual(leaves.told('node-created'), []);
  assert.equal(leaves.told('joined').length, 1);
});

test('ping is answered with pong', async (t) => {
  const client = new Client(await connect(t));
  emitPing(client.socket);
  await client.hears('pong');
});
