// What is particular to the three generations of the stock client: how each says who it is, how it is
// refused, and what it may send. Whatever they have in common is tested by the other scripts, which run
// with each of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, SERVER, connect, createProject, enter, request } from './support.mjs';

const TRANSPORTS = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  'polling, then websocket': {},
};
const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

/** Who the server says did it when `client` does something. */
async function author(client, { session_id, root_id }) {
  const { command_id } = await client.execute(session_id, 'CreateNode', phase(root_id, 'Mine'));
  const event = await client.hears('node-created', (event) => event.command_id === command_id);
  assert.equal(event.author.client_id, client.id);
  return { user_id: event.author.user_id, name: event.author.name };
}

for (const client of [2, 3, 4]) {
  for (const [transport, options] of Object.entries(TRANSPORTS)) {
    test(`${client} by ${transport} says who it is by the query of its address or its options`, async (t) => {
      const project = await createProject();
      const ada = { user_id: 'ada, of London', name: 'Ada L. \u{1d54a}' };
      const query = `user_id=${encodeURIComponent(ada.user_id)}&name=${encodeURIComponent(ada.name)}`;
      for (const [path, more] of [
        [`/?${query}`, {}],
        [`/graph?${query}`, {}],
        ['/', { query: ada }],
        ['/graph', { query: ada }],
        ['/graph', { query: { ...ada, token: 'of somebody else' } }],
      ]) {
        const member = await enter(t, project.session_id, { path, client, ...options, ...more });
        assert.deepEqual(await author(member, project), ada, `${path} ${JSON.stringify(more)}`);
      }
    });

    test(`${client} by ${transport} is told when its query is refused`, async (t) => {
      for (const path of ['/?user_id=', `/graph?name=${'n'.repeat(129)}`]) {
        const refused = { message: /^user_id and name must be/, data: { code: 'INVALID_REQUEST' } };
        await assert.rejects(connect(t, path, { client, ...options }), refused, path);
      }
    });

    test(`${client} by ${transport} is told that a namespace is unknown`, async (t) => {
      for (const path of ['/nowhere', '/nowhere?user_id=ada']) {
        await assert.rejects(connect(t, path, { client, ...options }), /Invalid namespace/, path);
      }
    });

    test(`${client} by ${transport} is refused binary data and stays`, async (t) => {
      const project = await createProject();
      const member = await enter(t, project.session_id, { path: '/graph', client, ...options });
      const data = { session_id: project.session_id, command_type: 'CreateNode', data: Buffer.from([1, 2, 3]) };
      const answer = await member.ask('execute_command', data);
      assert.equal(answer.error.code, 'INVALID_REQUEST');
      assert.match(answer.error.message, /[Bb]inary/);
      assert.equal((await member.ask('no_such_event', Buffer.alloc(9), Buffer.alloc(0))).success, false);
      assert.match((await author(member, project)).user_id, /^anonymous:/);
    });

    test(`${client} by ${transport} sends and hears any text unharmed`, async (t) => {
      const { session_id, root_id } = await createProject();
      const member = await enter(t, session_id, { path: '/graph', client, ...options });
      for (const name of ['Größe 3€', '\u{1d54a}\u{1f980}', 'a:b,c\u001e\u2028\u0000"\\', '1:2']) {
        const answer = await member.execute(session_id, 'CreateNode', phase(root_id, name), { graph: true });
        assert.equal(answer.graph.roots[0].children.at(-1).name, name);
        assert.equal((await member.hears('node-created', (event) => event.seq === answer.seq)).name, name);
      }
    });
  }
}

test('2 has several namespaces on one connection, each with a query of its own', async (t) => {
  const project = await createProject();
  const root = new Client(await connect(t, '/?user_id=ada', { client: 2, transports: ['websocket'] }));
  const graph = root.socket.io.socket('/graph', { query: { user_id: 'bob' } });
  const member = new Client(graph);
  graph.connect();
  await Promise.all([root, member].map((one) => one.ask('join_session', { session_id: project.session_id })));
  assert.equal(member.id, root.id);
  assert.equal((await author(root, project)).user_id, 'ada');
  assert.equal((await author(member, project)).user_id, 'bob');

  graph.disconnect();
  await root.hears('session:disconnected');
  assert.equal((await author(root, project)).user_id, 'ada');
});

for (const client of [3, 4]) {
  test(`of ${client} the auth counts, and the query only without one`, async (t) => {
    const project = await createProject();
    const options = { client, path: '/graph', query: { user_id: 'by query', name: 'Q' } };
    const both = await enter(t, project.session_id, { ...options, auth: { user_id: 'by auth' } });
    assert.deepEqual(await author(both, project), { user_id: 'by auth', name: undefined });
    const other = await enter(t, project.session_id, { ...options, auth: { token: 'of somebody else' } });
    assert.deepEqual(await author(other, project), { user_id: 'by query', name: 'Q' });
  });
}

test('JSONP is refused at once, with a reason', async () => {
  for (const engine of [3, 4]) {
    const { status, json } = await request('GET', `/socket.io/?EIO=${engine}&transport=polling&j=0&t=x`);
    assert.equal(status, 400);
    assert.equal(json.error.code, 'INVALID_REQUEST');
    assert.match(json.error.message, /JSONP/);
  }
});

test('a client that takes no binary says so and polls all the same', async () => {
  const url = `${SERVER}/socket.io/?EIO=3&transport=polling&b64=1`;
  const handshake = await (await fetch(url)).text();
  const { sid, upgrades, pingInterval, pingTimeout } = JSON.parse(handshake.slice(handshake.indexOf('{')));
  assert.deepEqual([upgrades, pingInterval, pingTimeout], [['websocket'], 15_000, 10_000]);
  assert.match(await (await fetch(`${url}&sid=${sid}`)).text(), /^2:40(\d+:42\["connection_established",|$)/);
});

test('engines that are not spoken are refused at once', async () => {
  for (const query of ['EIO=2&transport=polling', 'EIO=5&transport=websocket', 'transport=polling']) {
    assert.equal((await request('GET', `/socket.io/?${query}`)).status, 400, query);
  }
  // What socket.io-client 0.9 asks for.
  assert.equal((await request('GET', '/socket.io/1/?t=1')).status, 400);
});
