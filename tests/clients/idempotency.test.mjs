// Repeating a command: once done, it is answered again and not done again.
//
// Proves CMD-3 and UNDO-6 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, as, createProject, enter, execute, readGraph } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });
const KEY = { command_id: 'the-same' };

test('a repeated command is answered as a duplicate with the first seq and node', async (t) => {
  const { session_id, root_id } = await createProject();
  const [alice, other] = [await enter(t, session_id, as('alice')), await enter(t, session_id)];
  const first = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  await alice.execute(session_id, 'CreateNode', phase(root_id, 'Between'));
  const second = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  assert.equal('duplicate' in first, false);
  assert.equal(second.success, true);
  assert.equal(second.duplicate, true);
  assert.equal(second.command_id, 'the-same');
  assert.equal(second.seq, first.seq);
  assert.equal(second.node_id, first.node_id);

  await alice.execute(session_id, 'CreateNode', phase(root_id, 'The last'));
  await other.hearsSeq(4);
  assert.deepEqual(other.told('node-created').map((event) => event.name), ['Once', 'Between', 'The last']);
});

test('the order of the fields does not make it another command', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  const first = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  const turned = { name: 'Once', blueprint_type_id: 'phase', parent_id: root_id };
  const second = await alice.execute(session_id, 'CreateNode', turned, KEY);
  assert.equal(second.duplicate, true);
  assert.equal(second.seq, first.seq);
});

test('the same id with another body is refused', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  const answer = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Another'), KEY);
  assert.equal(answer.success, false);
  assert.equal(answer.error.code, 'IDEMPOTENCY_MISMATCH');
  assert.equal((await readGraph(session_id)).seq, 2);
});

// C-079
test('a repeat over REST under the same name is a duplicate too', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  const first = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  const name = { 'x-graphroom-user': 'alice' };
  const key = { ...name, 'idempotency-key': KEY.command_id };
  for (const [extra, headers] of [[KEY, name], [{}, key]]) {
    const { status, json } = await execute(session_id, 'CreateNode', phase(root_id, 'Once'), extra, headers);
    assert.equal(status, 200);
    assert.equal(json.duplicate, true);
    assert.equal(json.seq, first.seq);
    assert.equal(json.node_id, first.node_id);
  }
  const other = await execute(session_id, 'CreateNode', phase(root_id, 'Another'), KEY, name);
  assert.equal(other.status, 409);
  assert.equal(other.json.error.code, 'IDEMPOTENCY_MISMATCH');
});

test('a repeat after a reconnect is a duplicate for an author with a name', async (t) => {
  const { session_id, root_id } = await createProject();
  const before = await enter(t, session_id, as('alice'));
  const first = await before.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  before.socket.disconnect();
  const after = await enter(t, session_id, as('alice'));
  const second = await after.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  assert.equal(second.duplicate, true);
  assert.equal(second.seq, first.seq);
});

test('ids of one author and ids of one project are nobody else\'s', async (t) => {
  const [{ session_id, root_id }, elsewhere] = await Promise.all([createProject(), createProject()]);
  const [alice, bob] = [await enter(t, session_id, as('alice')), await enter(t, session_id, as('bob'))];
  const first = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  const others = await bob.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  const there = await alice.execute(elsewhere.session_id, 'CreateNode', phase(elsewhere.root_id, 'Once'), KEY);
  for (const answer of [others, there]) {
    assert.equal(answer.success, true);
    assert.equal('duplicate' in answer, false);
    assert.notEqual(answer.node_id, first.node_id);
  }
});

test('a refused command may be tried again under its id', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  const refused = await alice.execute(session_id, 'CreateNode', phase(NOBODY, 'Once'), KEY);
  assert.equal(refused.success, false);
  const answer = await alice.execute(session_id, 'CreateNode', phase(root_id, 'Once'), KEY);
  assert.equal(answer.success, true);
  assert.equal('duplicate' in answer, false);
});

test('a repeated undo takes back one step', async (t) => {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  await alice.execute(session_id, 'CreateNode', phase(root_id, 'First'));
  await alice.execute(session_id, 'CreateNode', phase(root_id, 'Second'));
  const first = await alice.ask('undo', { session_id, ...KEY });
  const second = await alice.ask('undo', { session_id, ...KEY });
  assert.equal(second.duplicate, true);
  assert.equal(second.seq, first.seq);
  const { graph } = await readGraph(session_id);
  assert.deepEqual(graph.roots[0].children.map((node) => node.name), ['First']);
});
