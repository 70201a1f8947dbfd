/**
 * The properties of a node, edited in one window and seen in another.
 */

import { expect, test } from 'vitest';
import { expectNoComplaints } from './browser.ts';
import { ANN, BOB, holds, Journey } from './journey.ts';
import { addBelow, row, select } from './outline.ts';
import { choose, field, properties } from './properties.ts';

const journey = Journey.ofEachTest();

/** Ann and Bob, each with the same new node below the root selected. */
async function annAndBob() {
  const id = await journey.project();
  const [ann, bob] = [(await journey.enter(ANN, id)).page, (await journey.enter(BOB, id)).page];
  await select(ann, 'Mustang');
  await addBelow(ann, 'Body');
  await row(bob, 'Body').waitFor();
  await select(bob, 'Body');
  return { id, ann, bob };
}

async function stored(id: string, name: string) {
  return (await journey.stored(id)).find((node) => node.name === name)?.properties;
}

test('texts, amounts, dates and choices are written here and seen there', async () => {
  const { id, ann, bob } = await annAndBob();
  await choose(ann, 'Status', 'In progress');
  await field(ann, 'Start').fill('2026-05-31');
  await holds(async () => expect(await field(bob, 'Start').inputValue()).toBe('2026-05-31'));
  await holds(async () => expect(await field(bob, 'Status').inputValue()).toBe('In progress'));
  await select(bob, 'Mustang');
  await select(ann, 'Mustang');
  await field(ann, 'Vehicle').fill('A coupé of 1967');
  await field(ann, 'Budget').fill('12,500.5');
  await field(ann, 'Chassis number').fill('7R01C100001');
  await ann.keyboard.press('Tab');
  await holds(async () => expect(await field(bob, 'Vehicle').inputValue()).toBe('A coupé of 1967'));
  await holds(async () => expect(await field(bob, 'Budget').inputValue()).toBe('12,500.50'));
  await holds(async () => expect(await field(bob, 'Chassis number').inputValue()).toBe('7R01C100001'));
  expect(await stored(id, 'Mustang')).toMatchObject({ budget: 12_500.5, vin: '7R01C100001' });
  expectNoComplaints(journey.windows);
});

test('what is no amount is said at its field, and kept for correction', async () => {
  const { id, ann } = await annAndBob();
  await select(ann, 'Mustang');
  await field(ann, 'Budget').fill('much');
  await ann.keyboard.press('Enter');
  await properties(ann).getByText('Not a number').waitFor();
  expect(await field(ann, 'Budget').inputValue()).toBe('much');
  expect(await stored(id, 'Mustang')).not.toHaveProperty('budget');
  await field(ann, 'Budget').fill('900');
  await ann.keyboard.press('Enter');
  await properties(ann).getByText('Not a number').waitFor({ state: 'detached' });
  await holds(async () => expect(await stored(id, 'Mustang')).toHaveProperty('budget', 900));
  expectNoComplaints(journey.windows);
});

test('who edits a field is said; what is typed stays when somebody changes it, and theirs can be taken', async () => {
  const { id, ann, bob } = await annAndBob();
  await select(ann, 'Mustang');
  await select(bob, 'Mustang');
  await field(ann, 'Budget').fill('100');
  await properties(bob).getByText('Ann Lee is editing').waitFor();
  await field(bob, 'Budget').fill('250');
  await bob.keyboard.press('Enter');
  await properties(ann).getByText('Bob Ray changed this to 250').waitFor();
  expect(await field(ann, 'Budget').inputValue()).toBe('100');
  await properties(ann).getByRole('button', { name: 'Take theirs' }).click();
  await holds(async () => expect(await field(ann, 'Budget').inputValue()).toBe('250.00'));
  expect(await stored(id, 'Mustang')).toHaveProperty('budget', 250);
  expectNoComplaints(journey.windows);
});
