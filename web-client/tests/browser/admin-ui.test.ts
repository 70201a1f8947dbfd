/**
 * Socket.IO's own Admin UI, as it comes from the registry, in a browser: an admin signs in and sees what clients do.
 */

import { readFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Api } from '../../src/net/index.ts';
import { run, until } from '../server.ts';
import { Journey } from './journey.ts';

const PAGES = fileURLToPath(new URL('../../node_modules/@socket.io/admin-ui/ui/dist', import.meta.url));
const KINDS: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};
const PASSWORD = 'ada looks on from the garage';

const journey = Journey.ofEachTest('--auth', 'token', '--admin-ui');
let pages: HttpServer;
let sockets: Socket[] = [];

beforeAll(async () => {
  pages = createServer(async ({ url = '/' }, answer) => {
    const path = normalize(new URL(url, 'http://pages').pathname);
    const file = join(PAGES, path.endsWith('/') ? 'index.html' : path);
    const content = await readFile(file).catch(() => undefined);
    answer
      .writeHead(content ? 200 : 404, { 'content-type': KINDS[extname(file)] ?? 'text/plain' })
      .end(content);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
});

beforeEach(async () => {
  await journey.server.end();
  for (const user of [['ada', '--admin'], ['ann']]) {
    await run(['user', 'add', ...user, '--password-stdin', '--data', journey.server.data], PASSWORD);
  }
  await journey.server.start();
});

afterEach(() => {
  for (const socket of sockets) socket.disconnect();
  sockets = [];
});

afterAll(() => {
  pages.closeAllConnections();
  pages.close();
});

/** The Admin UI in a browser of its own; what it loads from elsewhere is no matter here. */
async function adminUi(): Promise<Page> {
  const { page } = await journey.window({ userId: 'ada', name: 'Ada' });
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  return page;
}

async function connect(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Server URL').fill(journey.server.url);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Connect' }).click();
}

/** A stock client of Ann's that is in the session of a project of hers. */
async function client(): Promise<{ socket: Socket; sessionId: string; token: string }> {
  const nobody = new Api(journey.server.url, () => ({ userId: 'ann' }));
  const { session_token: token } = await nobody.signIn('ann', PASSWORD);
  const api = new Api(journey.server.url, () => ({ userId: 'ann', token }));
  const { session_id: sessionId } = await api.createProject('restomod', 'Mustang');
  const socket = io(journey.server.url, { forceNew: true, auth: { session_token: token } });
  sockets.push(socket);
  await until(() => socket.connected);
  await socket.emitWithAck('join_session', { session_id: sessionId });
  return { socket, sessionId, token };
}

/** Goes to one of the pages that are named at the side. */
async function visit(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByText(name, { exact: true }).click();
}

test('an admin signs in, and sees clients, what they are in, and what they say as they say it', async () => {
  const { socket, sessionId, token } = await client();
  const page = await adminUi();
  await connect(page, 'ada', 'something else');
  await page.getByText('Invalid credentials').waitFor();
  await connect(page, 'ada', PASSWORD);
  await page.getByLabel('Password').waitFor({ state: 'hidden' });

  await visit(page, 'Sockets');
  await page.getByText(socket.id!).first().waitFor();
  await visit(page, 'Rooms');
  await page.getByText(`session:${sessionId}`).first().waitFor();
  await visit(page, 'Events');
  await socket.emitWithAck('get_graph', { session_id: sessionId });
  await page.getByText('get_graph').first().waitFor();
  const later = await client();
  const laterId = later.socket.id!;
  await visit(page, 'Sockets');
  await page.getByText(laterId).first().waitFor();
  later.socket.disconnect();
  await page.getByText(laterId).first().waitFor({ state: 'hidden' });
  expect(await page.content()).not.toContain(token);

  await page.reload();
  await visit(page, 'Servers');
  await page.getByText(hostname()).first().waitFor();
  expect(await page.getByLabel('Password').isVisible(), 'it comes back without a password').toBe(false);
});
