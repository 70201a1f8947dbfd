// How clients connect, and what each of their events is answered by.
//
// Proves CMD-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { emitPing, open } from './stock.mjs';
import { Client, NOBODY, SERVER, connect, createProject, enter, readGraph } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

// C-146
test('a connection is opened with its id and what is to be known of it', async () => {
  const opened = await fetch(`${SERVER}/socket.io/?EIO=4&transport=polling`);
  assert.equal(opened.status, 200);
  const packet = await opened.text();
  assert.equal(packet[0], '0');
  const open = JSON.parse(packet.slice(1));
  assert.deepEqual(Object.keys(open).toSorted(), ['maxPayload', 'pingInterval', 'pingTimeout', 'sid', 'upgrades']);
  assert.deepEqual(open.upgrades, ['websocket']);
  assert.equal(typeof open.sid, 'string');
  for (const number of [open.pingInterval, open.pingTimeout, open.maxPayload]) assert.ok(number > 0);
});

for (const transports of [['websocket'], ['polling']]) {
  for (const path of ['/', '/graph']) {
    test(`who cannot be let in on ${path} by ${transports} is told why, with a code`, async (t) => {
      const socket = await open(SERVER + path, { auth: { user_id: 'x'.repeat(129) }, transports, reconnection: false });
      t.after(() => socket.close());
      const refused = await new Promise((resolve) => {
        for (const name of ['connect_error', 'error']) socket.once(name, resolve);
      });
      assert.match(refused.message, /^user_id and name must be/);
      assert.deepEqual(refused.data, { code: 'INVALID_REQUEST' });
    });
  }
}

// C-149
test('a namespace that there is not is refused, and the others of the connection go on', async (t) => {
  const client = new Client(await connect(t, '/graph'));
  const stranger = client.socket.io.socket('/nosuch');
  const refused = await new Promise((resolve) => {
    stranger.once('connect_error', resolve);
    stranger.connect();
  });
  assert.ok(refused instanceof Error);
  const { session_id } = await createProject();
  assert.equal((await client.ask('join_session', { session_id })).success, true);
});

for (const path of ['/', '/graph']) {
  // C-160
  test(`who is in no session leaves it on ${path} all the same`, async (t) => {
    const [client, { session_id }] = [new Client(await connect(t, path)), await createProject()];
    client.socket.emit('leave_session', { session_id });
    const left = await client.hears('left');
    assert.deepEqual([left.session_id, left.client_id], [session_id, client.id]);
  });

  // C-161
  test(`without a session_id ${path} tells that it is missing, however it is asked`, async (t) => {
    for (const event of ['join_session', 'leave_session']) {
      for (const payload of [{}, { session_id: null }]) {
        const client = new Client(await connect(t, path));
        client.socket.emit(event, payload);
        assert.equal((await client.hears('error')).message, 'Missing session_id');
        assert.deepEqual(client.names(), ['error']);
      }
    }
  });

  // C-163
  test(`a ping with whatever it carries is answered on ${path} by a pong with nothing`, async (t) => {
    const client = new Client(await connect(t, path));
    const pongs = [];
    client.socket.on('pong', (...args) => pongs.push(args));
    emitPing(client.socket);
    await client.hears('pong');
    client.forget();
    client.socket.emit('ping', { a: 1 });
    await client.hears('pong');
    assert.deepEqual(pongs, [[], []]);
  });

  // C-164
  test(`every event on ${path} is acknowledged to who asks for it`, async (t) => {
    const [client, { session_id }] = [new Client(await connect(t, path)), await createProject()];
    for (const [event, payload] of [
      ['join_session', { session_id }],
      ['ping', undefined],
      ['ping', { a: 1 }],
      ['leave_session', { session_id }],
    ]) {
      assert.equal((await client.ask(event, payload)).success, true, event);
    }
    for (const event of ['join_session', 'leave_session']) {
      assert.equal((await client.ask(event, {})).success, false, event);
    }
  });
}

// C-165
test('commands over a socket do what they do over REST', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id, { path: '/graph' });
  const names = ({ graph }) => graph.roots[0].children.map((node) => node.name);
  const made = await member.execute(session_id, 'CreateNode', phase(root_id, 'A'), { graph: true });
  assert.deepEqual([made.success, made.undo_available, made.redo_available, made.is_dirty], [true, true, false, true]);
  assert.deepEqual(names(made), ['A']);
  const undone = await member.ask('undo', { session_id, graph: true });
  assert.deepEqual([undone.success, undone.redo_available, names(undone)], [true, true, []]);
  const redone = await member.ask('redo', { session_id, graph: true });
  assert.deepEqual([redone.success, redone.redo_available, names(redone)], [true, false, ['A']]);
  assert.deepEqual((await member.ask('get_graph', { session_id })).graph, (await readGraph(session_id)).graph);
  const refused = await member.execute(session_id, 'DeleteNode', { node_id: NOBODY });
  assert.deepEqual([refused.success, refused.error.code], [false, 'NODE_NOT_FOUND']);
});

// C-168, C-204, C-205
test('several clients join a new session and hear the same, whoever did it', async (t) => {
  const project = await Project.make();
  assert.equal(project.graph.roots.length, 1);
  const members = [];
  for (const path of ['/', '/graph', '/']) members.push(await enter(t, project.session_id, { path }));
  assert.equal(members[2].joined.active_clients, 3);
  await project.add(project.root_id, 'phase', 'By REST');
  await members[0].execute(project.session_id, 'CreateNode', phase(project.root_id, 'By the first'));
  await Promise.all(members.map((member) => member.hearsSeq(3)));
  for (const member of members) {
    const heard = member.told('node-created').map(({ event, name }) => [event, name]);
    assert.deepEqual(heard, [['node-created', 'By REST'], ['node-created', 'By the first']]);
  }
});
