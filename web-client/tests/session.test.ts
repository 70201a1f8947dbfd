/**
 * Sessions against a real server.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Credentials, newId, Session, type SessionOptions } from '../src/net/index.ts';
import { Server, until } from './server.ts';

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(() => server.stop());

async function project(): Promise<{ sessionId: string; root: string }> {
  const made = await new Api(server.url, () => ({ userId: 'maker' })).createProject('restomod', 'Mustang');
  return { sessionId: made.session_id, root: made.graph.roots[0]!.id };
}

async function joined(
  sessionId: string,
  userId: string,
  more: Partial<SessionOptions> = {},
): Promise<Session> {
  const credentials: Credentials = { userId };
  const session = new Session({ url: server.url, sessionId, credentials: () => credentials, ...more });
  await session.open();
  await until(() => session.status === 'live', `${userId} never joined`);
  return session;
}

test('an edit shows at once, and to the others when it is confirmed', async () => {
  const { sessionId, root } = await project();
  const [ann, bob] = [await joined(sessionId, 'ann'), await joined(sessionId, 'bob')];
  const id = newId();
  const answer = ann.execute({
    command_type: 'CreateNode',
    data: { node_id: id, parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  });
  expect(ann.replica.node(id)?.name).toBe('Body');
  expect(bob.replica.node(id)).toBeUndefined();
  await answer;
  await until(() => bob.replica.node(id)?.name === 'Body');
  expect(ann.replica.confirmed.node(id)?.name).toBe('Body');
  expect(ann.replica.wishes).toEqual([]);
  for (const session of [ann, bob]) session.close();
});

test('what is wished for while the server is down is done once when it is back', async () => {
  const { sessionId, root } = await project();
  const ann = await joined(sessionId, 'ann', { transports: ['websocket'] });
  await server.kill();
  await until(() => ann.status === 'offline');
  const id = newId();
  const answer = ann.execute({
    command_type: 'CreateNode',
    data: { node_id: id, parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  });
  expect(ann.replica.node(id)?.name).toBe('Body');
  await server.start();
  expect((await answer).node_id).toBe(id);
  await until(() => ann.status === 'live');
  expect(ann.replica.confirmed.children(root)).toEqual([id]);
  ann.close();
});
