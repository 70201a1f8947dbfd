// The older event names that clients on /graph subscribe to, beside the canonical ones.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, enter, execute, post } from './support.mjs';

const OLDER = {
  'command:executing': 'command-executing',
  'command:executed': 'command-executed',
  'command:undo': 'undo',
  'command:redo': 'redo',
  'session:connected': 'session-connected',
  'session:disconnected': 'session-disconnected',
};

/** A command, its undo, its redo and a member that comes and goes, while `path` listens. */
async function listenOn(t, path, join = {}) {
  const { session_id, root_id } = await createProject();
  const listener = await enter(t, session_id, { path, join });
  const visitor = await enter(t, session_id);
  const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'Body' };
  await execute(session_id, 'CreateNode', data, { command_id: 'body' });
  await post(`/api/v1/sessions/${session_id}/undo`);
  await post(`/api/v1/sessions/${session_id}/redo`);
  await listener.hears('command:redo');
  visitor.socket.disconnect();
  return { listener, session_id, root_id };
}

// C-188, C-189, C-190, C-191
test('on /graph every lifecycle event also comes under its older name', async (t) => {
  const { listener, session_id } = await listenOn(t, '/graph');
  await listener.hears('session-disconnected');
  for (const [canonical, older] of Object.entries(OLDER)) {
    await listener.hears(canonical);
    const payloads = listener.told(older);
    assert.equal(payloads.length, listener.told(canonical).length, `as many ${older} as ${canonical}`);
    for (const payload of payloads) {
      assert.equal(payload.event, older);
      assert.equal(payload.session_id, session_id);
      assert.equal(typeof payload.timestamp, 'string');
      assert.equal('seq' in payload, false, `${older} has no seq`);
    }
  }
});

test('on /graph the older undo names the command like the canonical one', async (t) => {
  const { listener } = await listenOn(t, '/graph');
  const [canonical] = listener.told('command:undo');
  const older = await listener.hears('undo');
  assert.equal(older.command_id, canonical.command_id);
  assert.equal(older.command_type, canonical.command_type);
  const executed = await listener.hears('command-executed', (event) => event.command_id === 'body');
  assert.equal(executed.success, true);
  assert.equal(executed.command_type, 'CreateNode');
});

test('graph events have one name on /graph too', async (t) => {
  const { listener } = await listenOn(t, '/graph');
  assert.deepEqual(
    listener.graphEvents().map(({ event, seq }) => [event, seq]),
    [
      ['node-created', 2],
      ['node-deleted', 3],
      ['command:undo', 4],
      ['node-created', 5],
      ['command:redo', 6],
    ],
  );
});

test('on / the older names are not sent', async (t) => {
  const { listener, session_id, root_id } = await listenOn(t, '/');
  await listener.hears('session:disconnected');
  const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'The last' };
  await execute(session_id, 'CreateNode', data);
  await listener.hears('node-created', (event) => event.name === 'The last');
  const older = new Set(Object.values(OLDER));
  assert.deepEqual(listener.names().filter((name) => older.has(name)), []);
});
