// Undo and redo: whose step they take, and what they leave alone.
//
// Proves UNDO-2, UNDO-3, UNDO-6 and UNDO-7 (docs/behaviour.md).

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

/** Both wrote Bob's start date, Bob last: Alice's step would be left alone. */
async function writtenOver(t) {
  const room = await twoAuthors(t);
  const { session_id, alice, bob, bobs_node } = room;
  const write = (client, new_value) =>
    client.execute(session_id, 'UpdateProperty', { node_id: bobs_node, property_id: 'start_date', new_value });
  const step = await write(alice, '2027-03-01');
  const last = await write(bob, '2027-04-01');
  const value = async () => {
    const { graph } = await readGraph(session_id);
    return graph.roots[0].children.find(({ id }) => id === bobs_node).properties.start_date;
  };
  /** What the refusal of taking Alice's step back says; nothing happened. */
  const assertRefused = async (error) => {
    assert.equal(error.code, 'CONFLICT');
    const { conflicts, ...rest } = error.details;
    const expected = { undone_command_id: step.command_id, command_type: 'UpdateProperty', all_left_alone: true };
    assert.deepEqual(rest, expected);
    assert.deepEqual(
      conflicts.map(({ node_id, property_id, reason, by }) => ({ node_id, property_id, reason, by })),
      [{ node_id: bobs_node, property_id: 'start_date', reason: 'CHANGED_SINCE', by: 'bob' }],
    );
    assert.equal((await readGraph(session_id)).seq, last.seq);
    assert.equal(await value(), '2027-04-01');
  };
  return { ...room, value, assertRefused };
}

test('an undo that is to be whole is refused to its sender alone, and can be forced then', async (t) => {
  const { session_id, alice, bob, value, assertRefused } = await writtenOver(t);
  const refused = await alice.ask('undo', { session_id, on_conflict: 'refuse', command_id: 'back' });
  assert.equal(refused.success, false);
  assert.equal(refused.command_id, 'back');
  await assertRefused(refused.error);

  const forced = await alice.ask('undo', { session_id, on_conflict: 'refuse', force: true, command_id: 'back' });
  assert.equal(forced.success, true);
  assert.equal('conflicts' in forced, false);
  assert.equal(await value(), undefined);
  await bob.hearsSeq(forced.seq);
  assert.deepEqual(bob.told('command:failed'), []);
  assert.equal(alice.told('command:failed').length, 1);

  const again = await alice.ask('undo', { session_id, on_conflict: 'refuse', force: true, command_id: 'back' });
  assert.equal(again.duplicate, true);
  const other = await alice.ask('undo', { session_id, force: true, command_id: 'back' });
  assert.equal(other.error.code, 'IDEMPOTENCY_MISMATCH');
});

test('over REST an undo that is to be whole is 409, and a plain one takes its step all the same', async (t) => {
  const { session_id, value, assertRefused } = await writtenOver(t);
  const undo = (body) =>
    post(`/api/v1/sessions/${session_id}/undo`, { scope: 'mine', ...body }, { 'x-graphroom-user': 'alice' });
  const refused = await undo({ on_conflict: 'refuse' });
  assert.equal(refused.status, 409);
  await assertRefused(refused.json.error);

  const plain = await undo({ on_conflict: 'skip' });
  assert.equal(plain.status, 200);
  assert.equal(plain.json.conflicts.length, 1);
  assert.equal(await value(), '2027-04-01');
  const next = await undo({ on_conflict: 'refuse' });
  assert.equal(next.status, 200);
  assert.equal('conflicts' in next.json, false);
});

test('another on_conflict is refused on both transports', async (t) => {
  const { session_id, alice } = await twoAuthors(t);
  const onSocket = await alice.ask('undo', { session_id, on_conflict: 'ask' });
  assert.equal(onSocket.error.code, 'INVALID_REQUEST');
  const overRest = await post(`/api/v1/sessions/${session_id}/redo`, { on_conflict: 'ask' });
  assert.equal(overRest.status, 400);
  assert.equal(overRest.json.error.message, 'on_conflict must be skip or refuse');
});
