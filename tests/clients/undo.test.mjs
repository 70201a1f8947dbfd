// Undo and redo: whose step they take, and what they leave alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, createProject, enter, post, readGraph } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

/** Alice made a phase named Alice, then Bob made one named Bob. */
async function twoAuthors(t) {
  const { session_id, root_id } = await createProject();
  const alice = await enter(t, session_id, as('alice'));
  const bob = await enter(t, session_id, as('bob'));
  await alice.execute(session_id, 'CreateNode', phase(root_id, 'Alice'));
  const { node_id } = await bob.execute(session_id, 'CreateNode', phase(root_id, 'Bob'));
  const children = async () => {
    const { graph } = await readGraph(session_id);
    return graph.roots[0].children.map((node) => node.name);
  };
  return { session_id, alice, bob, bobs_node: node_id, children };
}

test('over Socket.IO an undo without a scope takes the caller\'s own step', async (t) => {
  const { session_id, alice, children } = await twoAuthors(t);
  const answer = await alice.ask('undo', { session_id });
  assert.equal(answer.success, true);
  assert.equal(answer.undo_available, false);
  assert.equal(answer.redo_available, true);
  assert.deepEqual(await children(), ['Bob']);

  const again = await alice.ask('redo', { session_id });
  assert.equal(again.success, true);
  assert.equal(again.redo_available, false);
  assert.deepEqual(await children(), ['Alice', 'Bob']);
});

test('scope mine says the same as no scope', async (t) => {
  const { session_id, alice, children } = await twoAuthors(t);
  await alice.ask('undo', { session_id, scope: 'mine' });
  assert.deepEqual(await children(), ['Bob']);
});

test('scope session takes the newest step whoever made it', async (t) => {
  const { session_id, alice, children } = await twoAuthors(t);
  await alice.ask('undo', { session_id, scope: 'session' });
  assert.deepEqual(await children(), ['Alice']);
  await alice.ask('undo', { session_id, scope: 'session' });
  assert.deepEqual(await children(), []);
  await alice.ask('redo', { session_id, scope: 'session' });
  assert.deepEqual(await children(), ['Alice']);
});

test('a step stays its author\'s when somebody else undid it', async (t) => {
  const { session_id, alice, bob, children } = await twoAuthors(t);
  await alice.ask('undo', { session_id, scope: 'session' });
  assert.deepEqual(await children(), ['Alice']);
  const answer = await bob.ask('redo', { session_id });
  assert.equal('nothing_to_undo' in answer, false);
  assert.deepEqual(await children(), ['Alice', 'Bob']);
});

test('over REST an undo without a scope means the session and takes a scope in its body', async (t) => {
  const { session_id, children } = await twoAuthors(t);
  const path = `/api/v1/sessions/${session_id}`;
  const mine = await post(`${path}/undo`, { scope: 'mine' }, { 'x-graphroom-user': 'alice' });
  assert.equal(mine.status, 200);
  assert.deepEqual(await children(), ['Bob']);
  await post(`${path}/undo`, undefined, { 'x-graphroom-user': 'alice' });
  assert.deepEqual(await children(), []);
});

test('an undo is told to everybody with its own seq and who did it', async (t) => {
  const { session_id, alice, bob } = await twoAuthors(t);
  const { seq, command_id } = await alice.ask('undo', { session_id, command_id: 'back' });
  assert.equal(command_id, 'back');
  await bob.hearsSeq(seq);
  const [undo] = bob.told('command:undo');
  assert.equal(undo.seq, seq);
  assert.equal(undo.command_id, 'back');
  assert.equal(undo.command_type, 'CreateNode');
  assert.equal(undo.author.user_id, 'alice');
  assert.deepEqual(bob.graphEvents().slice(-2).map((event) => event.event), ['node-deleted', 'command:undo']);

  const redone = await alice.ask('redo', { session_id });
  await bob.hearsSeq(redone.seq);
  const [redo] = bob.told('command:redo');
  assert.equal(redo.command_type, 'CreateNode');
  assert.deepEqual(bob.graphEvents().slice(-2).map((event) => event.event), ['node-created', 'command:redo']);
});

test('with nothing to undo an undo succeeds, says so and tells nobody', async (t) => {
  const { session_id, root_id } = await createProject();
  const [member, other] = [await enter(t, session_id), await enter(t, session_id)];
  for (const event of ['undo', 'redo']) {
    const answer = await member.ask(event, { session_id });
    assert.equal(answer.success, true);
    assert.equal(answer.nothing_to_undo, true);
    assert.equal(answer.seq, 1);
  }
  await member.execute(session_id, 'CreateNode', phase(root_id, 'The last'));
  await other.hearsSeq(2);
  assert.deepEqual(other.told('command:undo'), []);
  assert.deepEqual(other.told('command:redo'), []);
});

// C-085
test('over REST nothing to undo is 200, and 400 for those who ask strictly', async () => {
  const { session_id } = await createProject();
  for (const verb of ['undo', 'redo']) {
    const path = `/api/v1/sessions/${session_id}/${verb}`;
    const lenient = await post(path);
    assert.equal(lenient.status, 200);
    assert.equal(lenient.json.success, true);
    assert.equal(lenient.json.nothing_to_undo, true);
    const strict = await post(`${path}?strict=1`);
    assert.equal(strict.status, 400);
    assert.equal(strict.json.error.code, 'NOTHING_TO_UNDO');
  }
  assert.equal((await readGraph(session_id)).seq, 1);
});

test('what somebody else wrote since is left alone and reported', async (t) => {
  const { session_id, alice, bob, bobs_node } = await twoAuthors(t);
  const write = (client, new_value) =>
    client.execute(session_id, 'UpdateProperty', { node_id: bobs_node, property_id: 'start_date', new_value });
  await write(alice, '2027-03-01');
  await write(bob, '2027-04-01');
  const answer = await alice.ask('undo', { session_id });
  assert.equal(answer.success, true);
  const [conflict] = answer.conflicts;
  assert.equal(conflict.node_id, bobs_node);
  assert.equal(conflict.property_id, 'start_date');
  assert.equal(conflict.by, 'bob');
  await bob.hearsSeq(answer.seq);
  assert.deepEqual(bob.told('command:undo')[0].conflicts, answer.conflicts);
  const { graph } = await readGraph(session_id);
  const node = graph.roots[0].children.find(({ id }) => id === bobs_node);
  assert.equal(node.properties.start_date, '2027-04-01');
});

test('force undoes it all the same', async (t) => {
  const { session_id, alice, bob, bobs_node } = await twoAuthors(t);
  const write = (client, new_value) =>
    client.execute(session_id, 'UpdateProperty', { node_id: bobs_node, property_id: 'start_date', new_value });
  await write(alice, '2027-03-01');
  await write(bob, '2027-04-01');
  await alice.ask('undo', { session_id, force: true });
  const { graph } = await readGraph(session_id);
  const node = graph.roots[0].children.find(({ id }) => id === bobs_node);
  assert.equal('start_date' in node.properties, false);
});
