// Presence: who is here and what they are at, told to those who asked, the latest alone.
//
// Proves PRES-1, PRES-2 and PRES-3 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, as, connect, createProject, enter, get, post, request, until } from './support.mjs';

const WATCHING = { presence: true, lifecycle: false };

const watch = (t, session_id, user_id) => enter(t, session_id, { ...as(user_id), join: WATCHING });

const set = (client, session_id, change) => client.ask('presence:set', { session_id, ...change });

/** Who is here as a client knows it: the answer to its join and every update since. */
function known(client) {
  const people = new Map(client.joined.presence.map((one) => [one.user_id, one]));
  for (const { participants, left, reset } of client.told('presence:update')) {
    if (reset) people.clear();
    for (const user_id of left) people.delete(user_id);
    for (const one of participants) people.set(one.user_id, one);
  }
  return people;
}

const sees = (client, user_id, matches) =>
  until(() => matches(known(client).get(user_id)), {
    what: () => `${user_id}; ${JSON.stringify([...known(client).values()])}`,
  });

const listed = async (session_id) => (await get(`/api/v1/sessions/${session_id}/presence`)).json.participants;

/** Breaks the connection as a network does: the socket comes back by itself if it may. */
const lose = (client) => client.socket.io.engine.close();

test('who comes, says something and leaves is told to those who asked', async (t) => {
  const { session_id } = await createProject();
  const ann = await watch(t, session_id, 'ann');
  assert.deepEqual(ann.joined.presence.map(({ user_id, status }) => [user_id, status]), [['ann', 'active']]);
  const bob = await enter(t, session_id, { auth: { user_id: 'bob', name: 'Bob', color: '#123456' }, join: WATCHING });
  assert.deepEqual(bob.joined.presence.map(({ user_id }) => user_id), ['ann', 'bob']);
  await sees(ann, 'bob', (one) => one?.name === 'Bob' && one.color === '#123456');
  const doing = {
    cursor: { x: 1.5, y: -2 },
    selection: ['one', 'two'],
    editing: { node_id: 'one', property_id: 'name' },
    typing: true,
  };
  assert.deepEqual(await set(bob, session_id, doing), { success: true });
  const { user_id, name, color, status, connections, ...at } = await sees(ann, 'bob', (one) => one?.typing && one);
  assert.deepEqual(at, doing);
  await set(bob, session_id, { typing: null, cursor: null });
  await sees(ann, 'bob', (one) => one.typing === undefined && one.cursor === undefined && one.editing);
  await bob.ask('leave_session', { session_id });
  await sees(ann, 'bob', (one) => one === undefined);
  assert.deepEqual((await listed(session_id)).map((one) => one.user_id), ['ann']);
});

test('who did not ask is told nothing', async (t) => {
  const { session_id } = await createProject();
  const quiet = await enter(t, session_id, { ...as('quiet') });
  const ann = await watch(t, session_id, 'ann');
  await set(quiet, session_id, { typing: true });
  await sees(ann, 'quiet', (one) => one?.typing);
  assert.equal(quiet.joined.presence, undefined);
  assert.ok(!quiet.names().includes('presence:update'), quiet.names().join());
});

test('of many changes few are told, and the last is among them', async (t) => {
  const { session_id } = await createProject();
  const ann = await watch(t, session_id, 'ann');
  const bob = await watch(t, session_id, 'bob');
  ann.forget();
  const began = performance.now();
  for (let n = 1; n <= 1_000; n += 1) {
    await set(bob, session_id, { cursor: { x: n, y: n } });
  }
  await until(() => ann.told('presence:update').at(-1)?.participants.at(-1).cursor?.x === 1_000);
  const seconds = (performance.now() - began) / 1_000;
  const told = ann.told('presence:update').length;
  assert.ok(told <= 20 * seconds + 2, `${told} updates in ${seconds} s`);
});

test('one person in three tabs is one participant with three connections', async (t) => {
  const { session_id } = await createProject();
  const tabs = await Promise.all([1, 2, 3].map(() => watch(t, session_id, 'ann')));
  const bob = await watch(t, session_id, 'bob');
  const connections = (one) => [...(one?.connections ?? [])].sort().join();
  const ids = (clients) => clients.map(({ id }) => id).sort().join();
  const [first, ...others] = tabs;
  await sees(bob, 'ann', (one) => connections(one) === ids(tabs));
  const { json } = await get(`/api/v1/sessions/${session_id}/info`);
  assert.deepEqual([json.active_clients, json.connections.length], [4, 4]);
  first.socket.disconnect();
  await sees(bob, 'ann', (one) => connections(one) === ids(others));
  for (const tab of others) tab.socket.disconnect();
  await sees(bob, 'ann', (one) => one === undefined);
});

test('who is lost and comes back in time is away for a moment and never left', async (t) => {
  const { session_id } = await createProject();
  const bob = await enter(t, session_id, { ...as('bob'), join: { presence: true } });
  const ann = await watch(t, session_id, 'ann');
  await set(ann, session_id, { typing: true });
  await sees(bob, 'ann', (one) => one?.typing);
  bob.log.splice(0, bob.log.length, ...bob.log.filter(({ name }) => name === 'presence:update'));
  lose(ann);
  await sees(bob, 'ann', (one) => one?.status === 'away' && one.typing === undefined);
  const again = await watch(t, session_id, 'ann');
  await sees(bob, 'ann', (one) => one?.status === 'active' && one.connections.join() === again.id);
  const told = bob.names().filter((name) => name.startsWith('session:'));
  assert.deepEqual(told, [], 'nobody left and nobody came');
  const { id } = again;
  again.socket.disconnect();
  await bob.hears('session:disconnected', ({ client_id }) => client_id === id);
  await sees(bob, 'ann', (one) => one === undefined);
});

test('who has no name and is lost is gone at once', async (t) => {
  const { session_id } = await createProject();
  const bob = await enter(t, session_id, { ...as('bob'), join: { presence: true } });
  const nobody = await enter(t, session_id);
  const { id } = nobody;
  await sees(bob, `anonymous:${id}`, (one) => one);
  lose(nobody);
  await bob.hears('session:disconnected', ({ client_id }) => client_id === id);
  await sees(bob, `anonymous:${id}`, (one) => one === undefined);
});

test('who has no socket is there by a lease, and the session stays open', async (t) => {
  const { session_id } = await createProject();
  const path = `/api/v1/sessions/${session_id}/presence`;
  const headers = { 'x-graphroom-user': 'rest', 'x-graphroom-name': 'By REST', 'content-type': 'application/json' };
  const put = (value) => request('PUT', path, { headers, body: JSON.stringify(value) });
  const bob = await watch(t, session_id, 'bob');
  const { status, json } = await put({ color: '#abcdef', editing: { node_id: 'one' } });
  assert.deepEqual([status, json.success, json.lease_ms], [200, true, 60_000]);
  const seen = await sees(bob, 'rest', (one) => one);
  assert.deepEqual(seen, json.participant);
  assert.deepEqual(seen, {
    user_id: 'rest', name: 'By REST', color: '#abcdef', status: 'active', connections: [], editing: { node_id: 'one' },
  });
  await put({ editing: null });
  await sees(bob, 'rest', (one) => one.editing === undefined);
  bob.socket.disconnect();
  await until(async () => (await listed(session_id)).length === 1);
  await post('/api/v1/sessions/cleanup', { max_inactive_hours: 0 });
  assert.deepEqual((await listed(session_id)).map((one) => one.user_id), ['rest']);
  const cat = await watch(t, session_id, 'cat');
  assert.equal((await request('DELETE', path, { headers })).status, 200);
  await sees(cat, 'rest', (one) => one === undefined);
});

test('what nobody may say is refused', async (t) => {
  const { session_id } = await createProject();
  const stranger = new Client(await connect(t));
  assert.equal((await set(stranger, session_id, { typing: true })).error.code, 'INVALID_STATE');
  const ann = await watch(t, session_id, 'ann');
  const refused = [
    { selection: Array.from({ length: 201 }, () => 'x') },
    { selection: ['x'.repeat(129)] },
    { selection: 'x' },
    { editing: { node_id: 'x'.repeat(129) } },
    { editing: {} },
    { cursor: { x: 'a', y: 1 } },
    { cursor: [1, 2] },
    { editing: ['one', 'name'] },
    { typing: 'yes' },
  ];
  for (const change of refused) {
    const { success, error } = await set(ann, session_id, change);
    assert.deepEqual([success, error?.code], [false, 'INVALID_REQUEST'], JSON.stringify(change));
  }
  const path = `/api/v1/sessions/${session_id}/presence`;
  const put = (value, user) =>
    request('PUT', path, { headers: { 'content-type': 'application/json', ...user }, body: JSON.stringify(value) });
  for (const answer of [
    await put({}, {}),
    await put({}, { 'x-graphroom-user': 'anonymous:rest' }),
    await put({ color: 'red' }, { 'x-graphroom-user': 'rest' }),
    await put({ typing: 1 }, { 'x-graphroom-user': 'rest' }),
  ]) {
    assert.deepEqual([answer.status, answer.json.error.code], [400, 'INVALID_REQUEST']);
  }
  await assert.rejects(connect(t, '/', { auth: { user_id: 'ann', color: 'red' } }), {
    data: { code: 'INVALID_REQUEST' },
  });
  assert.deepEqual((await listed(session_id)).map((one) => one.user_id), ['ann']);
});
