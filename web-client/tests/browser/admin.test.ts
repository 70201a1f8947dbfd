/**
 * An admin looks at a server that is in use, and acts on it.
 */

import { expect, test } from 'vitest';
import { run, until } from '../server.ts';
import { answer, confirm, crowd, goTo, line, withoutRoute } from './admin.ts';
import { expectNoComplaints } from './browser.ts';
import { colleague, idOf, renameNode } from './colleague.ts';
import { mustang } from './files.ts';
import { ANN, BOB, EVE, holds, Journey } from './journey.ts';

/** What the browser itself says of a route that this server does not have, or of a call that was refused. */
const ABSENT = /status of 404/;
/** And of a place in the middle of a command. */
const HALF_DONE = /status of 400/;
const REFUSED = /status of 40[13]/;

const journey = Journey.ofEachTest();

/** Bob and Eve are in a project, and an admin looks at its session. */
async function watched() {
  const { sessionId } = await journey.imported(mustang());
  const [bob, eve] = [
    await colleague(journey.server.url, sessionId, BOB),
    await colleague(journey.server.url, sessionId, EVE),
  ];
  journey.colleagues.push(bob, eve);
  const { page } = await journey.window(ANN);
  await page.goto('/admin');
  await page.getByText('Live', { exact: true }).waitFor();
  await goTo(page, 'Sessions');
  await page.getByRole('link', { name: 'Mustang 1967' }).click();
  await page.getByRole('heading', { name: 'Mustang 1967' }).waitFor();
  return { sessionId, bob, eve, page };
}

test('who is in a session is shown, what happens there, and the graph as it was at an event', async () => {
  const { bob, page } = await watched();
  await line(page, 'Members', 'Bob Ray').waitFor();
  await line(page, 'Members', 'Eve Fox').waitFor();
  await page.getByRole('link', { name: 'Events', exact: true }).click();
  await renameNode(bob, idOf(bob, 'Paint'), 'Lacquer');
  await line(page, 'Events', /node-updated.*name Lacquer/).waitFor();
  await renameNode(bob, idOf(bob, 'Lacquer'), 'Varnish');
  await line(page, 'Events', /node-updated.*name Varnish/).waitFor();
  await page.getByRole('textbox', { name: 'Filter the events' }).fill('bob name lacquer old_name paint');
  await line(page, 'Events', /node-updated.*name Varnish/).waitFor({ state: 'detached' });
  await line(page, 'Events', /node-updated.*name Lacquer/)
    .getByRole('link', { name: /^The graph at/ })
    .click();
  await page.getByText(/^As it was at/).waitFor();
  await line(page, 'Nodes', 'Lacquer').waitFor();
  expect(await line(page, 'Nodes', 'Varnish').count()).toBe(0);
  await page.getByRole('region', { name: 'The node' }).getByText('"name": "Lacquer"').waitFor();
  await page.getByRole('link', { name: 'One command on' }).click();
  await line(page, 'Nodes', 'Varnish').waitFor();
  await page.getByRole('link', { name: 'One command back' }).click();
  await line(page, 'Nodes', 'Lacquer').waitFor();
  await page.getByRole('link', { name: 'One command back' }).click();
  await line(page, 'Nodes', /^Paint/).waitFor();
  await page.getByRole('link', { name: 'As it is now' }).click();
  await page.getByText(/^As it is, at/).waitFor();
  await page.getByRole('link', { name: 'Presence and streams' }).click();
  await line(page, 'Presence', 'Eve Fox').waitFor();
  expectNoComplaints(journey.windows, [ABSENT, HALF_DONE]);
});

test('a member is disconnected with a reason, and is not there any more', async () => {
  const { bob, eve, page } = await watched();
  await page.getByRole('button', { name: 'What to do with Bob Ray' }).click();
  await page.getByRole('menuitem', { name: 'Disconnect…' }).click();
  await page.getByLabel('They are told').fill('The garage closes');
  await confirm(page, /^Disconnect Bob Ray/, 'Disconnect');
  await until(() => bob.status === 'refused', 'Bob was never told');
  expect(bob.refusal?.message).toContain('The garage closes');
  await line(page, 'Members', 'Bob Ray').waitFor({ state: 'detached' });
  expect(eve.status).toBe('live');
  await goTo(page, 'Audit');
  await line(page, 'Audit log', 'connections-ended').waitFor();
  expectNoComplaints(journey.windows, [ABSENT]);
});

test('a session is paused, goes on, and is unloaded', async () => {
  const { sessionId, page } = await watched();
  const state = async () => (await journey.api.sessionInfo(sessionId)).state;
  await page.getByRole('button', { name: 'Pause…' }).click();
  await confirm(page, /^Pause/, 'Pause');
  expect(await state()).toBe('paused');
  await page.getByRole('button', { name: 'Go on…' }).click();
  await confirm(page, /^Go on/, 'Go on');
  expect(await state()).toBe('active');
  for (const session of journey.colleagues) session.close();
  await page.getByText('Nobody is in the session.').waitFor();
  await page.getByRole('button', { name: 'Unload…' }).click();
  await confirm(page, /^Unload/, 'Unload');
  await page.getByText('No session is loaded.').waitFor();
  await page.goBack();
  await page.getByText(/is not loaded/).waitFor();
  expectNoComplaints(journey.windows, [ABSENT]);
});

test('of ten thousand connections those in view are in the page, in any order', async () => {
  const { page } = await journey.window(ANN);
  await answer(page, '/api/websocket/connections', crowd(10_000));
  await page.goto('/admin/connections');
  await line(page, 'Connections', 'User 00000').waitFor();
  const rows = page.getByRole('table', { name: 'Connections' }).getByRole('row');
  const mostRows = async () => expect(await rows.count()).toBeLessThan(60);
  await mostRows();
  await page.getByRole('table').locator('..').focus();
  await page.keyboard.press('End');
  await line(page, 'Connections', 'User 09999').waitFor();
  await mostRows();
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page.getByRole('button', { name: 'User', exact: true }).click();
  await page.keyboard.press('Home');
  await page.getByRole('textbox', { name: 'Search the connections' }).fill('user-0777');
  await page.getByText('10 of 10,000').waitFor();
  await holds(async () => expect(await rows.nth(1).textContent()).toContain('User 07779'));
  await mostRows();
  expectNoComplaints(journey.windows, [ABSENT]);
});

test('rates are made of what is counted between two looks', async () => {
  const { page } = await journey.window(ANN);
  await answer(page, '/api/websocket/connections', crowd(300));
  await page.goto('/admin/connections');
  await page.getByRole('button', { name: 'Out', exact: true }).click();
  await holds(async () => {
    const first = page.getByRole('table', { name: 'Connections' }).getByRole('row').nth(1);
    expect(await first.textContent()).toMatch(/User 00299.*\d+\/s/);
  });
  expectNoComplaints(journey.windows, [ABSENT]);
});

test('where a route is not there the page says so, and the rest works', async () => {
  const { page } = await journey.window(ANN);
  const paths = ['/api/v1/admin/charts', '/api/v1/admin/sessions', '/api/websocket/status/alerts'];
  for (const path of paths) await withoutRoute(page, path);
  await page.goto('/admin');
  await page.getByText('The figures of the last hour are not told by this server').waitFor();
  await page.getByText('Events in').waitFor();
  await goTo(page, 'Sessions');
  await page.getByText('The sessions are not told by this server').waitFor();
  await goTo(page, 'Alerts');
  await page.getByText('The alerts are not told by this server').waitFor();
  await goTo(page, 'Connections');
  await page.getByRole('table', { name: 'Connections' }).waitFor();
  expectNoComplaints(journey.windows, [ABSENT]);
});

test('who is no admin is told so, and may sign in as one', async () => {
  await journey.server.end();
  const users: [string, ...string[]][] = [['ann'], ['root', '--admin']];
  for (const [userId, ...options] of users) {
    const to = ['--password-stdin', '--data', journey.server.data, ...options];
    await run(['user', 'add', userId, ...to], `${userId} goes to the garage`);
  }
  await journey.server.restart('--auth', 'token');
  const { page } = await journey.window(ANN);
  const signIn = async (userId: string) => {
    await page.getByLabel('User', { exact: true }).fill(userId);
    await page.getByLabel('Password', { exact: true }).fill(`${userId} goes to the garage`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  await page.goto('/admin');
  await signIn('ann');
  await page.getByRole('heading', { name: 'This page is for admins' }).waitFor();
  await page.getByText('You are signed in as ann, who is no admin.').waitFor();
  await page.getByRole('link', { name: 'Sign in as somebody else' }).click();
  await signIn('root');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('Events in').waitFor();
  expectNoComplaints(journey.windows, [REFUSED, ABSENT]);
});
