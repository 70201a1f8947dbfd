/**
 * Several people in one project, each in a browser of their own.
 */

import { expect, test } from 'vitest';
import { another, expectNoComplaints, SERVER_AWAY } from './browser.ts';
import { ANN, BOB, EVE, Journey } from './journey.ts';
import { addBelow, addBeside, rename, row, select } from './outline.ts';

const journey = Journey.ofEachTest();

test('three people see what each of them does', async () => {
  const id = await journey.project();
  const [ann, bob, eve] = [
    await journey.enter(ANN, id),
    await journey.enter(BOB, id),
    await journey.enter(EVE, id),
  ];
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Body');
  await addBeside(ann.page, 'Engine');
  for (const { page } of [bob, eve]) await row(page, 'Engine').waitFor();
  await select(bob.page, 'Body');
  await rename(bob.page, 'Body work');
  await select(eve.page, 'Engine');
  await eve.page.keyboard.press('Alt+ArrowUp');
  await journey.allHave(id, ['Mustang', 'Engine', 'Body work']);
  expectNoComplaints(journey.windows);
});

test('two windows of one person are one participant', async () => {
  const id = await journey.project();
  const ann = await journey.enter(ANN, id);
  const second = await another(ann);
  journey.windows.push(second);
  await second.page.goto(`/projects/${id}`);
  await row(second.page, 'Mustang').waitFor();
  const bob = await journey.enter(BOB, id);
  const here = bob.page.getByRole('banner').getByRole('button', { name: /Ann Lee/ });
  await here.first().waitFor();
  expect(await here.count()).toBe(1);
  await second.page.close();
  await select(bob.page, 'Mustang');
  await addBelow(bob.page, 'Body');
  await row(ann.page, 'Body').waitFor();
  expect(await here.count()).toBe(1);
  expectNoComplaints(journey.windows);
});

/** Ann and Bob, between whom and the server there is nothing any more; both have a Body, which Ann has selected. */
async function cutOff() {
  const id = await journey.project();
  const [ann, bob] = [await journey.enter(ANN, id), await journey.enter(BOB, id)];
  await select(ann.page, 'Mustang');
  await addBelow(ann.page, 'Body');
  await row(bob.page, 'Body').waitFor();
  await journey.server.kill();
  for (const { page } of journey.windows) {
    await page.getByRole('status').filter({ hasText: 'Offline' }).first().waitFor();
  }
  return { id, ann, bob };
}

test('an edit that the server did not get before it was killed is there when it is back, once', async () => {
  const { id, ann, bob } = await cutOff();
  await addBeside(ann.page, 'Meanwhile');
  await row(ann.page, 'Meanwhile').waitFor();
  await journey.server.start();
  await row(bob.page, 'Meanwhile').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Meanwhile']);
  expectNoComplaints(journey.windows, [SERVER_AWAY]);
});

test('edits made offline survive a reload, and are sent on return, each once', async () => {
  const { id, ann, bob } = await cutOff();
  await addBeside(ann.page, 'Engine');
  await addBelow(ann.page, 'Carburettor');
  await rename(ann.page, 'Injection');
  await journey.server.start();
  // At once, before the page has found the server again.
  await ann.page.reload();
  await row(ann.page, 'Injection').waitFor();
  await row(bob.page, 'Engine').waitFor();
  // Whether what came later is open depends on when the canvas was there first.
  await bob.page.getByText('4 nodes').waitFor();
  await bob.page.getByRole('button', { name: 'Open all' }).click();
  await journey.allHave(id, ['Mustang', 'Body', 'Engine', 'Injection']);
  expectNoComplaints(journey.windows, [SERVER_AWAY]);
});
