// What is told around a command, to whom, and in which order.
//
// Proves CMD-2 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, createProject, enter } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

/** The names of events about one command, and the place of its answer, in the order they came. */
const about = (client, command_id) =>
  client.log
    .filter(({ payload, answer }) => (payload ?? answer).command_id === command_id)
    .map(({ name }) => name ?? '(answer)');

for (const transports of [['websocket'], ['polling']]) {
  // C-169
  test(`over ${transports} a member hears executing, the events, executed, and its answer after the events`, async (t) => {
    const { session_id, root_id } = await createProject();
    const member = await enter(t, session_id, { transports });
    const made = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'), { command_id: 'make' });
    const rename = { node_id: made.node_id, property_id: 'name', new_value: 'Chassis' };
    await member.execute(session_id, 'UpdateProperty', rename, { command_id: 'rename' });
    await member.hears('command:executed', ({ command_id }) => command_id === 'rename');

    const made_events = about(member, 'make');
    const events = made_events.filter((name) => name !== '(answer)');
    assert.deepEqual(events, ['command:executing', 'node-created', 'command:executed']);
    assert.ok(made_events.indexOf('(answer)') > made_events.indexOf('node-created'), made_events.join(', '));

    const renamed_events = about(member, 'rename');
    const renamed = renamed_events.filter((name) => name !== '(answer)');
    assert.deepEqual(renamed, ['command:executing', 'node-updated', 'property-changed', 'command:executed']);
    assert.ok(renamed_events.indexOf('(answer)') > renamed_events.indexOf('property-changed'), renamed_events.join(', '));
  });
}

// C-178, C-179
test('executing and executed name the command and carry no seq of their own', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const answer = await member.execute(session_id, 'CreateNode', phase(root_id, 'Body'), { command_id: 'make' });
  const executed = await member.hears('command:executed');
  const [executing] = member.told('command:executing');
  for (const [name, payload] of Object.entries({ 'command:executing': executing, 'command:executed': executed })) {
    assert.equal(payload.event, name);
    assert.equal(payload.session_id, session_id);
    assert.equal(payload.command_id, 'make');
    assert.equal(payload.command_type, 'CreateNode');
    assert.equal(typeof payload.timestamp, 'string');
    assert.equal('seq' in payload, false);
  }
  assert.equal(executed.success, true);
  assert.equal(executed.result.seq, answer.seq);
  assert.equal(executed.result.node_id, answer.node_id);
});

for (const path of ['/', '/graph']) {
  test(`lifecycle: false on ${path} leaves the graph events alone and nothing around them`, async (t) => {
    const { session_id, root_id } = await createProject();
    const quiet = await enter(t, session_id, { path, join: { lifecycle: false } });
    const busy = await enter(t, session_id);
    quiet.forget();

    const made = await busy.execute(session_id, 'CreateNode', phase(root_id, 'Body'));
    await busy.execute(session_id, 'DeleteNode', { node_id: NOBODY });
    await busy.ask('undo', { session_id });
    const visitor = await enter(t, session_id);
    visitor.socket.disconnect();
    await busy.hears('session:disconnected');
    await busy.execute(session_id, 'CreateNode', phase(root_id, 'The last'));
    await quiet.hears('node-created', (event) => event.name === 'The last');

    assert.equal(made.success, true);
    // An undo is no lifecycle event: its older name on /graph is nobody's concern here.
    const names = quiet.names().filter((name) => name !== 'undo');
    assert.deepEqual(names, ['node-created', 'node-deleted', 'command:undo', 'node-created']);
  });
}

// C-180
test('what a rule refuses is told to the room', async (t) => {
  const { session_id } = await createProject();
  const [sender, other] = [await enter(t, session_id), await enter(t, session_id)];
  const data = { node_id: NOBODY };
  const answer = await sender.execute(session_id, 'DeleteNode', data, { command_id: 'hopeless' });
  assert.equal(answer.success, false);
  assert.equal(answer.command_id, 'hopeless');
  assert.equal(answer.error.code, 'NODE_NOT_FOUND');

  for (const member of [sender, other]) {
    const failed = await member.hears('command:failed');
    assert.equal(failed.event, 'command:failed');
    assert.equal(failed.session_id, session_id);
    assert.equal(failed.command_id, 'hopeless');
    assert.equal(failed.command_type, 'DeleteNode');
    assert.equal(failed.success, false);
    assert.equal(failed.error.code, 'NODE_NOT_FOUND');
    assert.equal(typeof failed.error.message, 'string');
    assert.equal('seq' in failed, false);
    assert.deepEqual(about(member, 'hopeless').filter((name) => name !== '(answer)'), ['command:failed']);
  }
});

test('what is malformed is told to its sender alone', async (t) => {
  const { session_id, root_id } = await createProject();
  const [sender, other] = [await enter(t, session_id), await enter(t, session_id)];
  const answer = await sender.execute(session_id, 'CreateNode', { parent_id: root_id }, { command_id: 'half' });
  assert.equal(answer.success, false);
  assert.equal(answer.error.code, 'INVALID_COMMAND');
  const failed = await sender.hears('command:failed');
  assert.equal(failed.command_id, 'half');
  assert.equal(failed.error.code, 'INVALID_COMMAND');

  await sender.execute(session_id, 'CreateNode', phase(root_id, 'The last'));
  await other.hears('node-created');
  assert.deepEqual(other.told('command:failed'), []);
});
