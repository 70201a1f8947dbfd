/**
 * Several people in one project, each in a browser of their own.
 */

import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Api } from '../../src/net/index.ts';
import { Server, until } from '../server.ts';
import { another, expectNoComplaints, launch, open, SERVER_AWAY, type Window } from './browser.ts';
import { addBelow, addBeside, names, rename, row, select } from './outline.ts';

const ANN = { userId: 'ann', name: 'Ann Lee' };
const BOB = { userId: 'bob', name: 'Bob Ray' };
const EVE = { userId: 'eve', name: 'Eve Fox' };

let browser: Browser;
let server: Server;
let windows: Window[];

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

beforeEach(async () => {
  server = await Server.start();
  windows = [];
});

afterEach(async () => {
  await Promise.all(windows.map(({ context }) => context.close()));
  await server.stop();
});

async function project(name = 'Mustang'): Promise<string> {
  const made = await new Api(server.url, () => ({ userId: 'maker' })).createProject('restomod', name);
  return made.project_id;
}

async function enter(person: typeof ANN, projectId: string): Promise<Window> {
  const window = await open(browser, server.url, person);
  windows.push(window);
  await window.page.goto(`/projects/${projectId}`);
  await row(window.page, 'Mustang').waitFor();
  return window;
}

/** What the server has, by name, in the order of the tree. */
async function stored(projectId: string): Promise<string[]> {
  const { graph } = await new Api(server.url, () => ({ userId: 'maker' })).project(projectId);
  const all: string[] = [];
  const walk = (nodes: typeof graph.roots) => {
    for (const { name, children } of nodes) {
      all.push(name);
      walk(children);
    }
  };
  walk(graph.roots);
  return all;
}

test('three people see what each of them does', async () => {
  const id = await project();
  const [ann, bob, eve] = [await enter(ANN, id), await enter(BOB, id), await enter(EVE, id)];
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Body');
  await addBeside(ann.page, 'Engine');
  for (const { page } of [bob, eve]) await row(page, 'Engine').waitFor();
  await select(bob.page, 'Body');
  await rename(bob.page, 'Body work');
  await select(eve.page, 'Engine');
  await eve.page.keyboard.press('Alt+ArrowUp');
  for (const { page } of windows) {
    await until(async () => expect(await names(page)).toEqual(['Mustang', 'Engine', 'Body work']) ?? true);
  }
  expect(await stored(id)).toEqual(['Mustang', 'Engine', 'Body work']);
  expectNoComplaints(windows);
});

test('two windows of one person are one participant', async () => {
  const id = await project();
  const ann = await enter(ANN, id);
  const second = await another(ann);
  windows.push(second);
  await second.page.goto(`/projects/${id}`);
  await row(second.page, 'Mustang').waitFor();
  const bob = await enter(BOB, id);
  const here = bob.page.getByRole('banner').getByRole('button', { name: /Ann Lee/ });
  await here.first().waitFor();
  expect(await here.count()).toBe(1);
  await second.page.close();
  await select(bob.page, 'Mustang');
  await addBelow(bob.page, 'Body');
  await row(ann.page, 'Body').waitFor();
  expect(await here.count()).toBe(1);
  expectNoComplaints(windows);
});

test('an edit that the server did not get before it was killed is there when it is back, once', async () => {
  const id = await project();
  const [ann, bob] = [await enter(ANN, id), await enter(BOB, id)];
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Before');
  await row(bob.page, 'Before').waitFor();
  await server.kill();
  await ann.page
    .getByRole('status')
    .filter({ hasText: /offline/i })
    .first()
    .waitFor();
  await addBeside(ann.page, 'Meanwhile');
  await row(ann.page, 'Meanwhile').waitFor();
  await server.start();
  await row(bob.page, 'Meanwhile').waitFor();
  expect(await stored(id)).toEqual(['Mustang', 'Before', 'Meanwhile']);
  for (const { page } of windows) {
    await until(async () => expect(await names(page)).toEqual(['Mustang', 'Before', 'Meanwhile']) ?? true);
  }
  expectNoComplaints(windows, [SERVER_AWAY]);
});

test('edits made offline survive a reload, and are sent on return, each once', async () => {
  const id = await project();
  const [ann, bob] = [await enter(ANN, id), await enter(BOB, id)];
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Body');
  await row(bob.page, 'Body').waitFor();
  await server.kill();
  await ann.page
    .getByRole('status')
    .filter({ hasText: /offline/i })
    .first()
    .waitFor();
  await addBeside(ann.page, 'Engine');
  await addBelow(ann.page, 'Carburettor');
  await rename(ann.page, 'Injection');
  await server.start();
  // At once, before the page has found the server again.
  await ann.page.reload();
  await row(ann.page, 'Injection').waitFor();
  await row(bob.page, 'Engine').waitFor();
  await until(
    async () => expect(await stored(id)).toEqual(['Mustang', 'Body', 'Engine', 'Injection']) ?? true,
  );
  expectNoComplaints(windows, [SERVER_AWAY]);
});
