// Joining a session and hearing what REST clients do in it: the same on every transport and in both
// namespaces.
//
// Proves UNDO-6 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, connect, createProject, enter, execute, post } from './support.mjs';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const TRANSPORTS = {
  'the default transports': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'], upgrade: false },
};

for (const path of ['/', '/graph']) {
  for (const [transport, options] of Object.entries(TRANSPORTS)) {
    const place = `on ${path} with ${transport}`;

    // C-148, C-154, C-155, C-156, C-184
    test(`joining ${place} tells the room, then the member, then answers`, async (t) => {
      const { session_id } = await createProject();
      const client = new Client(await connect(t, path, options));
      const answer = await client.ask('join_session', { session_id });

      const { epoch, ...rest } = answer;
      assert.equal(typeof epoch, 'string');
      assert.deepEqual(rest, {
        success: true,
        session_id,
        client_id: client.id,
        active_clients: 1,
        role: 'owner',
        seq: 1,
        mode: 'current',
      });
      const canonical = client.names().filter((name) => name !== 'session-connected');
      assert.deepEqual(canonical, ['session:connected', 'joined', '(answer)']);

      const [connected] = client.told('session:connected');
      assert.equal(connected.event, 'session:connected');
      assert.equal(connected.session_id, session_id);
      assert.equal(connected.client_id, client.id);
      assert.equal(connected.active_clients, 1);
      assert.match(connected.timestamp, RFC_3339);
      const [joined] = client.told('joined');
      assert.equal(joined.session_id, session_id);
      assert.equal(joined.client_id, client.id);
      assert.equal(joined.active_clients, 1);
    });

    // C-170, C-205
    test(`a node made by REST reaches a member ${place}`, async (t) => {
      const { session_id, project_id, root_id } = await createProject();
      const member = await enter(t, session_id, { path, ...options });
      const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'Strip down' };
      const { status, json: answer } = await execute(session_id, 'CreateNode', data, { command_id: 'make-it' });
      assert.equal(status, 200);

      const event = await member.hears('node-created');
      assert.equal(event.event, 'node-created');
      assert.equal(event.session_id, session_id);
      assert.equal(event.project_id, project_id);
      assert.equal(event.epoch, member.joined.epoch);
      assert.equal(event.seq, 2);
      assert.match(event.timestamp, RFC_3339);
      assert.equal(event.command_id, 'make-it');
      assert.equal(event.command_type, 'CreateNode');
      assert.equal(event.author.user_id, 'anonymous:rest');
      assert.equal(event.node_id, answer.node_id);
      assert.equal(event.parent_id, root_id);
      assert.equal(event.index, 0);
      assert.equal(event.blueprint_type_id, 'phase');
      assert.equal(event.name, 'Strip down');
      assert.match(event.created_at, RFC_3339);

      assert.equal(event.node.id, answer.node_id);
      assert.equal(event.node.parent_id, root_id);
      assert.equal(event.node.blueprint_type_id, 'phase');
      assert.equal(event.node.name, 'Strip down');
      assert.deepEqual(event.node.children, []);
      assert.equal(typeof event.node.properties, 'object');
      assert.equal(event.node.created_at, event.created_at);
    });

    // C-182, C-206
    test(`an undo by REST reaches a member ${place} as what changed, then as the undo`, async (t) => {
      const { session_id, root_id } = await createProject();
      const member = await enter(t, session_id, { path, ...options });
      const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'Paint' };
      const { json: made } = await execute(session_id, 'CreateNode', data, { command_id: 'paint' });
      const { status, json: undone } = await post(`/api/v1/sessions/${session_id}/undo`);
      assert.equal(status, 200);
      assert.equal(undone.success, true);
      assert.equal(undone.undo_available, false);
      assert.equal(undone.redo_available, true);
      assert.deepEqual(undone.graph.roots[0].children, []);

      await member.hears('command:undo');
      const events = member.graphEvents();
      assert.deepEqual(
        events.map(({ event, seq }) => [event, seq]),
        [['node-created', 2], ['node-deleted', 3], ['command:undo', 4]],
      );
      const [, deleted, undo] = events;
      assert.equal(deleted.node_id, made.node_id);
      assert.deepEqual(deleted.node_ids, [made.node_id]);
      assert.equal(deleted.parent_id, root_id);
      assert.equal(undo.session_id, session_id);
      assert.equal(undo.command_id, undone.command_id);
      assert.equal(undo.command_type, 'CreateNode');
      assert.equal(undo.undone_command_id, 'paint');
      assert.deepEqual(undo.conflicts, []);
      assert.equal(undone.seq, 4);
    });
  }
}

// C-157
test('a second join of the same connection counts it once', async (t) => {
  const { session_id } = await createProject();
  const client = await enter(t, session_id);
  const again = await client.ask('join_session', { session_id });
  assert.equal(again.success, true);
  assert.equal(again.active_clients, 1);
});
