/**
 * Commands that outlive their page, and databases that fail.
 */

import 'fake-indexeddb/auto';

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  DatabaseOutbox,
  MemoryOutbox,
  newId,
  type Outbox,
  type OutboxEntry,
  Session,
} from '../src/net/index.ts';
import { create, join, type Made, makeProject, write } from './people.ts';
import { Road } from './road.ts';
import { Server, until } from './server.ts';

let server: Server;
const open: { close(): unknown }[] = [];

beforeAll(async () => {
  server = await Server.start();
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) await one.close();
});

afterAll(() => server.stop());

function kept<One extends { close(): unknown }>(one: One): One {
  open.push(one);
  return one;
}

function entry(commandId: string, order: number, userId = 'ann'): OutboxEntry {
  return { commandId, sessionId: 's', userId, command: write('n', 'p', order), at: 'now', order };
}

/** A page without a connection. */
async function offline({ sessionId }: Made, outbox: Outbox, userId = 'ann'): Promise<Session> {
  const road = await Road.to(server.url);
  await road.close();
  const session = kept(new Session({ url: road.url, sessionId, credentials: () => ({ userId }), outbox }));
  await session.open();
  return session;
}

for (const kind of ['memory', 'database'] as const) {
  test(`an outbox in ${kind} has what each person still wants, in its order`, async () => {
    const outbox = kind === 'memory' ? new MemoryOutbox() : kept(await DatabaseOutbox.open(newId()));
    for (const one of [entry('c', 3), entry('a', 1), entry('b', 2), entry('x', 1, 'bob')])
      await outbox.put(one);
    await outbox.delete('b');
    expect((await outbox.list('s', 'ann')).map(({ commandId }) => commandId)).toEqual(['a', 'c']);
    expect((await outbox.list('s', 'bob')).map(({ commandId }) => commandId)).toEqual(['x']);
    expect(await outbox.list('another', 'ann')).toEqual([]);
  });
}

test('edits made offline are there after a reload, and happen once when the server is back', async () => {
  const made = await makeProject(server.url);
  const name = newId();
  const before = await offline(made, kept(await DatabaseOutbox.open(name)));
  const ids = [newId(), newId(), newId()];
  for (const id of ids) void before.execute(create(id, made.root));
  await until(async () => (await (await DatabaseOutbox.open(name)).list(made.sessionId, 'ann')).length === 3);
  before.close();

  const outbox = kept(await DatabaseOutbox.open(name));
  const after = kept(await join(server.url, made.sessionId, 'ann', { outbox }));
  await until(() => after.unanswered === 0);
  expect(after.replica.confirmed.children(made.root)).toEqual(ids);
  await until(async () => (await outbox.list(made.sessionId, 'ann')).length === 0);
});

test('what is refused after a reload is told with what it was', async () => {
  const made = await makeProject(server.url);
  const outbox = new MemoryOutbox();
  const before = await offline(made, outbox);
  const command = write(newId(), 'vin', 'of nobody');
  void before.execute(command);
  before.close();
  const after = kept(
    new Session({
      url: server.url,
      sessionId: made.sessionId,
      credentials: () => ({ userId: 'ann' }),
      outbox,
    }),
  );
  const told: unknown[] = [];
  after.on('refused', ({ entry, refusal }) => told.push([entry.command, refusal.code]));
  await after.open();
  await until(() => told.length > 0);
  expect(told).toEqual([[command, 'NODE_NOT_FOUND']]);
  expect(after.replica.wishes).toEqual([]);
  await until(async () => (await outbox.list(made.sessionId, 'ann')).length === 0);
});

test('two pages with one outbox do everything once', async () => {
  const made = await makeProject(server.url);
  const outbox = kept(await DatabaseOutbox.open(newId()));
  const [one, other] = [await offline(made, outbox), await offline(made, outbox)];
  const ids = [newId(), newId()];
  void one.execute(create(ids[0]!, made.root));
  void other.execute(create(ids[1]!, made.root));
  one.close();
  other.close();
  const pages = await Promise.all(
    [1, 2].map(() => join(server.url, made.sessionId, 'ann', { outbox }).then(kept)),
  );
  await until(() =>
    pages.every(
      ({ unanswered, replica }) => unanswered === 0 && replica.confirmed.children(made.root).length === 2,
    ),
  );
  const { entries } = await new (await import('../src/net/index.ts')).Api(server.url, () => ({
    userId: 'ann',
  })).history(made.projectId);
  expect(entries.filter(({ command_type }) => command_type === 'CreateNode')).toHaveLength(2);
});

test('what a page left that was closed offline is sent by another one that comes back', async () => {
  const made = await makeProject(server.url);
  const outbox = new MemoryOutbox();
  const road = kept(await Road.to(server.url));
  const staying = kept(await join(road.url, made.sessionId, 'ann', { outbox }));
  const closed = await offline(made, outbox);
  const id = newId();
  void closed.execute(create(id, made.root));
  closed.close();
  road.cut();
  await until(() => staying.status === 'offline');
  staying.retry();
  await until(() => staying.replica.confirmed.node(id));
});

const FAILING: Record<string, Outbox> = {
  'refuses everything': {
    put: () => Promise.reject(new Error('quota')),
    delete: () => Promise.reject(new Error('quota')),
    list: () => Promise.reject(new Error('private')),
  },
  'never answers': {
    put: () => new Promise(() => undefined),
    delete: () => new Promise(() => undefined),
    list: () => new Promise(() => undefined),
  },
};

for (const [what, outbox] of Object.entries(FAILING)) {
  test(`an outbox that ${what} neither loses nor delays an edit`, async () => {
    const made = await makeProject(server.url);
    const session = kept(await join(server.url, made.sessionId, 'ann', { outbox }));
    const id = newId();
    expect((await session.execute(create(id, made.root))).node_id).toBe(id);
    expect(session.replica.confirmed.node(id)).toBeDefined();
  });
}

test('what the database does not take is tried again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const name = newId();
    const outbox = kept(await DatabaseOutbox.open(name));
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(outbox.put(entry('a', 1))).rejects.toThrow('full');
    // Here it is known all the same; elsewhere when it was tried again.
    expect((await outbox.list('s', 'ann')).map(({ commandId }) => commandId)).toEqual(['a']);
    const elsewhere = kept(await DatabaseOutbox.open(name));
    expect(await elsewhere.list('s', 'ann')).toEqual([]);
    vi.advanceTimersByTime(5_000);
    vi.useRealTimers();
    await until(async () => (await elsewhere.list('s', 'ann')).length === 1);
  } finally {
    vi.useRealTimers();
  }
});

test('a command that no server would take is refused here, and blocks nothing', async () => {
  const made = await makeProject(server.url);
  const session = kept(await join(server.url, made.sessionId, 'ann'));
  const answer = session.execute(write(made.root, 'notes', 'x'.repeat(3 * 1024 * 1024)));
  await expect(answer).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  await session.execute(write(made.root, 'vin', 'fine'));
});
