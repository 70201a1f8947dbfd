/**
 * The web client in Firefox, driven by WebDriver BiDi: that it works there at all. Everything else is tested in Chromium.
 */

import { existsSync } from 'node:fs';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, Session } from '../../src/net/index.ts';
import { Server, until } from '../server.ts';

const PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

let browser: Browser;
let server: Server;

beforeAll(async () => {
  const executablePath = process.env.FIREFOX ?? PATHS.find((path) => existsSync(path));
  if (!executablePath) throw new Error('there is no Firefox; scripts/setup.sh firefox installs it');
  browser = await launch({ browser: 'firefox', executablePath, headless: true });
  server = await Server.start();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What the outline shows. */
function rows(page: Page): Promise<string[]> {
  return page.$$eval('[role=treeitem]', (items) =>
    items.map((item) => item.getAttribute('aria-label')?.split(', ')[0] ?? ''),
  );
}

async function showsRows(page: Page, wanted: readonly string[]) {
  await until(async () => expect(await rows(page)).toEqual(wanted) ?? true, `never ${wanted.join(', ')}`);
}

test('a project is opened and edited, and the edits of others are seen', async () => {
  const complaints: string[] = [];
  const page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  const credentials = { userId: 'bob', name: 'Bob Ray' };
  const api = new Api(server.url, () => credentials);
  const made = await api.createProject('restomod', 'Mustang');
  const root = made.graph.roots[0]!.id;

  await page.goto(`${server.url}/projects/${made.project_id}`);
  await showsRows(page, ['Mustang']);
  await page.click('[role=treeitem]');
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await page.waitForSelector('[role=tree] input');
  await page.keyboard.type('Body');
  await page.keyboard.press('Enter');
  await showsRows(page, ['Mustang', 'Body']);

  const bob = new Session({ url: server.url, sessionId: made.session_id, credentials: () => credentials });
  await bob.open();
  await bob.execute({
    command_type: 'CreateNode',
    data: { parent_id: root, blueprint_type_id: 'phase', name: 'Engine' },
  });
  await showsRows(page, ['Mustang', 'Body', 'Engine']);
  await until(() => bob.replica.size === 3);
  bob.close();
  expect(complaints).toEqual([]);
});
