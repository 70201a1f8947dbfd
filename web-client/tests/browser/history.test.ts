/**
 * What was done in a project, and the project as it was.
 */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints } from './browser.ts';
import { ANN, BOB, Journey, showsNames } from './journey.ts';
import { addBelow, addBeside, rename, row, select } from './outline.ts';
import { field, properties } from './properties.ts';

const journey = Journey.ofEachTest();

function entry(page: Page, summary: string | RegExp) {
  return page.getByRole('option').filter({ hasText: summary }).first();
}

/** Ann and Bob; Ann has the history open, in which a Body became a Body work beside an Engine. */
async function annAndBob() {
  const id = await journey.project();
  const [ann, bob] = [(await journey.enter(ANN, id)).page, (await journey.enter(BOB, id)).page];
  await select(ann, 'Mustang');
  await addBelow(ann, 'Body');
  await addBeside(ann, 'Engine');
  await row(bob, 'Body').waitFor();
  await select(bob, 'Body');
  await rename(bob, 'Body work');
  await showsNames(ann, ['Mustang', 'Body work', 'Engine']);
  await ann.getByText('History', { exact: true }).click();
  await entry(ann, 'Renamed "Body" to "Body work"').waitFor();
  return { id, ann, bob };
}

test('the timeline tells who did what, as it happens', async () => {
  const { ann, bob } = await annAndBob();
  expect(await entry(ann, 'Renamed "Body" to "Body work"').textContent()).toContain('Bob Ray');
  await select(bob, 'Engine');
  await rename(bob, 'Motor');
  await entry(ann, 'Renamed "Engine" to "Motor"').waitFor();
  expectNoComplaints(journey.windows);
});

test('the project is shown as it was, where nothing can be edited, and as it is again', async () => {
  const { id, ann } = await annAndBob();
  await entry(ann, 'Renamed "New Phase" to "Body"').click();
  await showsNames(ann, ['Mustang', 'Body']);
  await ann.getByText('You are looking at the project as it was').waitFor();
  await row(ann, 'Body').click();
  await ann.keyboard.press('F2');
  expect(await ann.getByRole('tree').getByRole('textbox').count()).toBe(0);
  const slider = ann.getByRole('slider', { name: 'Place in the history' });
  await slider.focus();
  await ann.keyboard.press('Home');
  await showsNames(ann, ['Mustang']);
  await ann.getByRole('button', { name: 'Back to now' }).click();
  await showsNames(ann, ['Mustang', 'Body work', 'Engine']);
  await journey.allHave(id, ['Mustang', 'Body work', 'Engine']);
  expectNoComplaints(journey.windows);
});

test('what is restored is restored for everybody, and the history goes on', async () => {
  const { id, ann } = await annAndBob();
  await entry(ann, 'Renamed "New Phase" to "Body"').click();
  await showsNames(ann, ['Mustang', 'Body']);
  await ann.getByRole('button', { name: 'Restore this' }).click();
  await ann.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await journey.allHave(id, ['Mustang', 'Body']);
  await entry(ann, 'Replaced the graph').waitFor();
  expectNoComplaints(journey.windows);
});

test('one node is restored alone', async () => {
  const { id, ann } = await annAndBob();
  await entry(ann, 'Renamed "New Phase" to "Engine"').click();
  await showsNames(ann, ['Mustang', 'Body', 'Engine']);
  await row(ann, 'Body').click();
  await ann.getByRole('button', { name: 'More to do from here' }).click();
  await ann.getByRole('menuitem', { name: /Restore .Body. as it was/ }).click();
  await ann.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await journey.allHave(id, ['Mustang', 'Body', 'Engine']);
  expectNoComplaints(journey.windows);
});

test('a moment gets a name, and is found by it', async () => {
  const { ann, bob } = await annAndBob();
  await ann.getByRole('button', { name: 'Name this version' }).click();
  await ann.getByLabel('Name of this version').fill('Before the strip-down');
  await ann.getByRole('button', { name: 'Give the name' }).click();
  await select(bob, 'Engine');
  await rename(bob, 'Motor');
  await row(ann, 'Motor').waitFor();
  await ann.getByText('Versions', { exact: true }).click();
  await ann
    .getByRole('button', { name: /Before the strip-down/ })
    .first()
    .click();
  await showsNames(ann, ['Mustang', 'Body work', 'Engine']);
  expectNoComplaints(journey.windows);
});

test('a property says who wrote it last', async () => {
  const { ann } = await annAndBob();
  await row(ann, 'Body work').click();
  const name = properties(ann).getByRole('button', { name: 'Who wrote this last: Status' });
  await field(ann, 'Status').waitFor();
  await name.click();
  await ann.getByText(/Not written since the node was made|Written/).waitFor();
  await ann.getByRole('dialog').getByText('Ann Lee').waitFor();
  expectNoComplaints(journey.windows);
});
