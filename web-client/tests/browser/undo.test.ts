/**
 * Taking one's own steps back and doing them again, while others go on.
 */

import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints } from './browser.ts';
import { ANN, BOB, holds, Journey, showsNames } from './journey.ts';
import { addBelow, addBeside, rename, row, select } from './outline.ts';
import { choose, field, properties } from './properties.ts';

const journey = Journey.ofEachTest();

/** What the page says about undoing. */
function message(page: Page): Locator {
  return page.getByRole('status').filter({ has: page.getByRole('button', { name: 'Close this message' }) });
}

/** Ann and Bob with a Body, a Frame and an Engine, all made by Ann. */
async function annAndBob() {
  const id = await journey.project();
  const [ann, bob] = [(await journey.enter(ANN, id)).page, (await journey.enter(BOB, id)).page];
  await select(ann, 'Mustang');
  await addBelow(ann, 'Body');
  await addBeside(ann, 'Frame');
  await addBeside(ann, 'Engine');
  await showsNames(bob, ['Mustang', 'Body', 'Frame', 'Engine']);
  return { id, ann, bob };
}

/** Ann called the Frame a Chassis, and Bob that a Ladder frame. */
async function bothRenamed() {
  const { id, ann, bob } = await annAndBob();
  await select(ann, 'Frame');
  await rename(ann, 'Chassis');
  await row(bob, 'Chassis').waitFor();
  await select(bob, 'Chassis');
  await rename(bob, 'Ladder frame');
  await row(ann, 'Ladder frame').waitFor();
  return { id, ann };
}

async function stored(id: string, name: string) {
  return (await journey.stored(id)).find((node) => node.name === name);
}

test('one takes back one’s own steps and does them again, not those of others', async () => {
  const { id, ann, bob } = await annAndBob();
  await select(ann, 'Frame');
  await rename(ann, 'Chassis');
  await ann.keyboard.press('Alt+ArrowUp');
  await showsNames(bob, ['Mustang', 'Chassis', 'Body', 'Engine']);
  await select(bob, 'Engine');
  await rename(bob, 'Motor');
  await showsNames(ann, ['Mustang', 'Chassis', 'Body', 'Motor']);

  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Undone: moved ‘Chassis’').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Chassis', 'Motor']);
  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Undone: renamed ‘Frame’ to ‘Chassis’').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Frame', 'Motor']);

  await ann.keyboard.press('Control+Shift+Z');
  await message(ann).getByText('Done again: renamed ‘Frame’ to ‘Chassis’').waitFor();
  await ann.keyboard.press('Control+Shift+Z');
  await message(ann).getByText('Done again: moved ‘Chassis’').waitFor();
  await journey.allHave(id, ['Mustang', 'Chassis', 'Body', 'Motor']);
  await ann.keyboard.press('Control+Shift+Z');
  await message(ann).getByText('Nothing to redo').waitFor();

  await bob.getByRole('button', { name: 'Undo', exact: true }).click();
  await message(bob).getByText('Undone: renamed ‘Engine’ to ‘Motor’').waitFor();
  await journey.allHave(id, ['Mustang', 'Chassis', 'Body', 'Engine']);
  expectNoComplaints(journey.windows);
});

test('what somebody changed since is left alone and named, and undone anyway if one says so', async () => {
  const { id, ann } = await bothRenamed();
  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Not undone yet: renamed ‘Frame’ to ‘Chassis’').waitFor();
  await message(ann).getByText('the name of ‘Ladder frame’ was changed since by Bob Ray').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Ladder frame', 'Engine']);

  await message(ann).getByRole('button', { name: 'Undo anyway' }).click();
  await message(ann).getByText('Undone: renamed ‘Frame’ to ‘Chassis’').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Frame', 'Engine']);
  // Nothing is lost: what was overwritten comes back.
  await ann.keyboard.press('Control+Shift+Z');
  await journey.allHave(id, ['Mustang', 'Body', 'Ladder frame', 'Engine']);
  expectNoComplaints(journey.windows);
});

test('a step that is in the way as a whole can be skipped', async () => {
  const { id, ann } = await bothRenamed();
  await ann.keyboard.press('Control+z');
  await message(ann).getByRole('button', { name: 'Skip this step' }).click();
  await message(ann).getByText('Not undone: renamed ‘Frame’ to ‘Chassis’').waitFor();
  await message(ann).getByText('Left alone: the name of ‘Ladder frame’').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Ladder frame', 'Engine']);
  // The step before it is next.
  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Undone: renamed ‘New Phase’ to ‘Engine’').waitFor();
  await journey.allHave(id, ['Mustang', 'Body', 'Ladder frame', 'New Phase']);
  expectNoComplaints(journey.windows);
});

test('of a step that is in the way in part, the rest is undone', async () => {
  const { id, ann, bob } = await annAndBob();
  await row(ann, 'Body').click();
  await row(ann, 'Frame').click({ modifiers: ['Control'] });
  await properties(ann).getByText('2 nodes selected').waitFor();
  await choose(ann, 'Status', 'Done');
  await row(bob, 'Frame, Status: Done').waitFor();
  await select(bob, 'Body');
  await choose(bob, 'Status', 'Blocked');
  await row(ann, 'Body, Status: Blocked').waitFor();

  await row(ann, 'Engine').click();
  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Not undone yet: changed Status of 2 nodes').waitFor();
  await message(ann).getByText('Status of ‘Body’ was changed since by Bob Ray').waitFor();
  await message(ann).getByRole('button', { name: 'Undo the rest' }).click();
  await message(ann).getByText('Left alone: Status of ‘Body’ was changed since by Bob Ray').waitFor();
  for (const page of [ann, bob]) {
    await row(page, 'Body, Status: Blocked').waitFor();
    await row(page, 'Frame, Status: Not started').waitFor();
  }
  const [body, frame, engine] = [
    await stored(id, 'Body'),
    await stored(id, 'Frame'),
    await stored(id, 'Engine'),
  ];
  expect(frame?.properties.status).toBe(engine?.properties.status);
  expect(body?.properties.status).not.toBe(engine?.properties.status);
  expectNoComplaints(journey.windows);
});

test('while something is being typed, undo is the field’s', async () => {
  const { id, ann } = await annAndBob();
  await select(ann, 'Mustang');
  // An amount is written when it is done, not in a pause.
  const budget = field(ann, 'Budget');
  await budget.click();
  await ann.keyboard.type('7');
  await ann.keyboard.press('Control+z');
  await holds(async () => expect(await budget.inputValue()).toBe(''));
  await row(ann, 'Engine').click();
  await ann.keyboard.press('F2');
  await ann.keyboard.press('End');
  await ann.keyboard.type('s');
  await ann.keyboard.press('Control+z');
  const name = ann.getByRole('tree').getByRole('textbox');
  await holds(async () => expect(await name.inputValue()).toBe('Engine'));
  await ann.keyboard.press('Escape');
  expect(await message(ann).count()).toBe(0);
  await journey.allHave(id, ['Mustang', 'Body', 'Frame', 'Engine']);

  // What is written is a step like others, also while the field has the focus still.
  await select(ann, 'Mustang');
  await budget.click();
  await ann.keyboard.type('500');
  await ann.keyboard.press('Enter');
  await holds(async () => expect((await stored(id, 'Mustang'))?.properties.budget).toBe(500));
  await ann.keyboard.press('Control+z');
  await message(ann).getByText('Undone: changed Budget of ‘Mustang’').waitFor();
  await holds(async () => expect(await budget.inputValue()).toBe(''));
  expect((await stored(id, 'Mustang'))?.properties).not.toHaveProperty('budget');
  expectNoComplaints(journey.windows);
});
