/**
 * A server that asks who people are: signing in, sharing a project, and what a role allows.
 */

import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { Api, ConversationApi } from '../../src/net/index.ts';
import { run } from '../server.ts';
import { expectNoComplaints } from './browser.ts';
import { holds, Journey } from './journey.ts';
import { addBelow, names, row, select } from './outline.ts';

/** Long enough for whoever checks how long passwords are. */
const PASSWORDS = { ann: 'ann goes to the garage', bob: 'bob goes to the garage' } as const;

/** What the browser itself says of a call that was refused; there is no other way to ask. */
const REFUSED = /status of 40[13]/;

const journey = Journey.ofEachTest('--auth', 'token');

beforeEach(async () => {
  await journey.server.end();
  for (const [userId, password] of Object.entries(PASSWORDS)) {
    await run(['user', 'add', userId, '--password-stdin', '--data', journey.server.data], password);
  }
  await journey.server.start();
});

/** Somebody's browser that the server does not know. */
async function stranger() {
  return journey.window({ userId: 'nobody', name: 'Nobody' });
}

async function signIn(page: Page, userId: keyof typeof PASSWORDS, password = PASSWORDS[userId] as string) {
  await page.getByLabel('User', { exact: true }).fill(userId);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A project of Ann's, made without a browser. */
async function projectOfAnn(): Promise<{ id: string; api: Api; chat: ConversationApi }> {
  const nobody = new Api(journey.server.url, () => ({ userId: 'ann' }));
  const { session_token } = await nobody.signIn('ann', PASSWORDS.ann);
  const credentials = () => ({ userId: 'ann', token: session_token });
  const api = new Api(journey.server.url, credentials);
  const chat = new ConversationApi(journey.server.url, credentials);
  return { id: (await api.createProject('restomod', 'Mustang')).project_id, api, chat };
}

test('who is not signed in is asked, told what is wrong, and led to where they wanted to go', async () => {
  const { id } = await projectOfAnn();
  const window = await stranger();
  const { page } = window;
  await page.goto(`/projects/${id}`);
  await signIn(page, 'ann', 'something else');
  await page.getByRole('alert').waitFor();
  await signIn(page, 'ann');
  await row(page, 'Mustang').waitFor();
  expect(new URL(page.url()).pathname).toBe(`/projects/${id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('Password', { exact: true }).waitFor();
  await page.goto('/');
  await page.getByLabel('Password', { exact: true }).waitFor();
  expectNoComplaints([window], [REFUSED]);
});

test('a project is shared: a viewer reads, an editor edits', async () => {
  const { id } = await projectOfAnn();
  const [ann, bob] = [await stranger(), await stranger()];
  await ann.page.goto(`/projects/${id}`);
  await signIn(ann.page, 'ann');
  await row(ann.page, 'Mustang').waitFor();
  await share(ann.page, 'bob', 'Viewer');
  await bob.page.goto(`/projects/${id}`);
  await signIn(bob.page, 'bob');
  await row(bob.page, 'Mustang').waitFor();
  await bob.page.getByRole('status').filter({ hasText: 'View only' }).first().waitFor();
  await select(bob.page, 'Mustang');
  await bob.page.keyboard.press('Control+Enter');
  expect(await bob.page.getByRole('tree').getByRole('textbox').count()).toBe(0);

  await share(ann.page, 'bob', 'Editor');
  await bob.page.reload();
  await row(bob.page, 'Mustang').waitFor();
  await bob.page.getByRole('status').filter({ hasText: 'Live' }).first().waitFor();
  await select(bob.page, 'Mustang');
  await addBelow(bob.page, 'Body');
  await row(ann.page, 'Body').waitFor();
  expectNoComplaints([ann, bob], [REFUSED]);
});

test('a viewer reads what is said, and a commenter says something, too', async () => {
  const { id, api, chat } = await projectOfAnn();
  const { conversation_id } = await chat.begin(id, 'Paint');
  const said = async () => (await chat.messages(conversation_id, {})).messages.map(({ text }) => text);
  await api.setMember(id, 'bob', 'viewer');
  const bob = await stranger();
  await bob.page.goto(`/projects/${id}`);
  await signIn(bob.page, 'bob');
  const open = async () => {
    await row(bob.page, 'Mustang').waitFor();
    await bob.page.keyboard.press('Control+Shift+M');
    await bob.page.getByRole('list', { name: 'Conversations' }).waitFor();
  };
  await open();
  expect(await bob.page.getByRole('button', { name: 'New conversation' }).count()).toBe(0);
  await bob.page.getByRole('button', { name: /^Paint/ }).click();
  await bob.page.getByText('You may read here').waitFor();
  expect(await bob.page.getByRole('textbox', { name: 'Message', exact: true }).count()).toBe(0);

  await api.setMember(id, 'bob', 'commenter');
  await bob.page.reload();
  await open();
  await bob.page.getByRole('button', { name: /^Paint/ }).click();
  await bob.page.getByRole('textbox', { name: 'Message', exact: true }).fill('Blue');
  await bob.page.keyboard.press('Enter');
  await holds(async () => expect(await said()).toEqual(['Blue']));
  expectNoComplaints([bob], [REFUSED]);
});

test('a sign-in that is taken back is renewed in place, and what was not sent is sent', async () => {
  const { id, api } = await projectOfAnn();
  const window = await stranger();
  const { page } = window;
  await page.goto(`/projects/${id}`);
  await signIn(page, 'ann');
  await row(page, 'Mustang').waitFor();
  await select(page, 'Mustang');
  await addBelow(page, 'Body');
  const token = await page.evaluate(
    () => JSON.parse(localStorage.getItem('graphroom-who') ?? '{}').token as string,
  );
  await api.revoke(token);
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
  await page.getByRole('button', { name: 'Not now' }).click();
  await select(page, 'Body');
  await addBelow(page, 'Doors');
  await page.getByRole('status').getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Password of ann').fill(PASSWORDS.ann);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click();
  await holds(async () => {
    const { graph } = await api.project(id);
    expect(graph.roots[0]?.children[0]?.children.map(({ name }) => name)).toEqual(['Doors']);
  });
  expect(await names(page)).toEqual(['Mustang', 'Body', 'Doors']);
  expectNoComplaints([window], [REFUSED, /WebSocket/]);
});

/** Gives somebody a role in the open project. */
async function share(page: Page, userId: string, role: string) {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /Share/ });
  await dialog.getByLabel('Add a user').fill(userId);
  await dialog.getByLabel('Their role').click();
  await page.getByRole('option', { name: role }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await holds(async () => expect(await dialog.getByLabel('Add a user').inputValue()).toBe(''));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
}
