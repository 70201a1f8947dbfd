/**
 * A whole day's work without a mouse: from the list of projects into one, through the outline and the properties, and back.
 */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints } from './browser.ts';
import { focused, hasFocus, tabTo } from './focus.ts';
import { ANN, holds, Journey, showsNames } from './journey.ts';
import { addBelow, addBeside, rename, row } from './outline.ts';
import { field } from './properties.ts';

const journey = Journey.ofEachTest();

const OUTLINE = 'Outline of Mustang';

/** Makes the project in the list of projects, and goes into its outline. */
async function makeByKeys(page: Page): Promise<string> {
  await page.goto('/');
  await page.getByRole('heading', { name: 'No projects yet' }).waitFor();
  await tabTo(page, 'New project');
  await page.keyboard.press('Enter');
  await hasFocus(page, 'Name');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus(page, 'New project');

  await page.keyboard.press('Enter');
  await hasFocus(page, 'Name');
  await page.keyboard.type('Mustang');
  await tabTo(page, /^Event|^Restomod|^Software/);
  while (!(await focused(page)).startsWith('Restomod')) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.getByRole('radio', { name: /^Restomod/, checked: true }).waitFor();
  await tabTo(page, 'Make the project');
  await page.keyboard.press('Enter');
  await row(page, 'Mustang').waitFor();
  return page.url().split('/').at(-1) ?? '';
}

test('a project is made, filled, put in order and left by keys alone', async () => {
  const { page } = await journey.window(ANN);
  const id = await makeByKeys(page);
  await tabTo(page, 'Skip to the outline');
  await page.keyboard.press('Enter');
  await tabTo(page, OUTLINE);
  await page.keyboard.press('Home');
  await addBelow(page, 'Body');
  await addBeside(page, 'Engine');
  await addBeside(page, 'Brakes');
  await addBeside(page, 'Wheels');
  await rename(page, 'Wheels and tyres');
  await hasFocus(page, OUTLINE);
  await showsNames(page, ['Mustang', 'Body', 'Engine', 'Brakes', 'Wheels and tyres']);

  await page.keyboard.press('Tab');
  await holds(async () => expect(await row(page, 'Wheels').getAttribute('aria-level')).toBe('3'));
  await page.keyboard.press('Shift+Tab');
  await holds(async () => expect(await row(page, 'Wheels').getAttribute('aria-level')).toBe('2'));
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await journey.allHave(id, ['Mustang', 'Body', 'Wheels and tyres', 'Engine', 'Brakes']);

  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('2 of 5 nodes selected').waitFor();
  await page.keyboard.press('Delete');
  await journey.allHave(id, ['Mustang', 'Body', 'Brakes']);
  await hasFocus(page, OUTLINE);
  await page.keyboard.press('Control+z');
  await journey.allHave(id, ['Mustang', 'Body', 'Wheels and tyres', 'Engine', 'Brakes']);

  await page.keyboard.press('Escape');
  await tabTo(page, 'Back to the projects', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: 'Projects' }).waitFor();
  await tabTo(page, 'Mustang');
  await page.keyboard.press('Enter');
  await row(page, 'Brakes').waitFor();
  expectNoComplaints(journey.windows);
});

test('the keyboard is never lost behind a dialog', async () => {
  const id = await journey.project();
  const { page } = await journey.enter(ANN, id);
  await tabTo(page, OUTLINE);
  await page.keyboard.press('Home');
  await addBelow(page, 'Body');
  await addBeside(page, 'Engine');

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  expect(await focused(page)).not.toBe('nothing');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus(page, OUTLINE);

  await page.keyboard.press('Control+k');
  await hasFocus(page, 'Find a node or an action');
  await page.keyboard.type('bod');
  await page.getByRole('option', { name: 'Body', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await hasFocus(page, OUTLINE);
  await page.getByRole('treeitem', { name: 'Body', selected: true }).waitFor();
  await page.keyboard.press('Control+k');
  await hasFocus(page, 'Find a node or an action');
  await page.keyboard.press('Escape');
  await hasFocus(page, OUTLINE);

  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await hasFocus(page, 'Delete');
  await tabTo(page, 'Keep', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus(page, OUTLINE);
  await journey.allHave(id, ['Mustang', 'Body', 'Engine']);

  // With the last node the outline goes: the keyboard is at what makes another one.
  await page.keyboard.press('Delete');
  await hasFocus(page, 'Delete');
  await page.keyboard.press('Enter');
  await journey.allHave(id, []);
  await hasFocus(page, 'Add a Vehicle project');
  await page.keyboard.press('Control+z');
  await journey.allHave(id, ['Mustang', 'Body', 'Engine']);
  await tabTo(page, OUTLINE);
  expectNoComplaints(journey.windows);
});

test('properties are reached from the outline by Escape and Tab', async () => {
  const id = await journey.project();
  const { page } = await journey.enter(ANN, id);
  await tabTo(page, OUTLINE);
  await page.keyboard.press('Home');
  await addBelow(page, 'Body');
  await page.keyboard.press('Escape');
  await tabTo(page, 'Width of the outline');
  await tabTo(page, 'Status');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'Not started' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const chosen = await field(page, 'Status').inputValue();
  expect(['In progress', 'Blocked', 'Done']).toContain(chosen);
  await row(page, `Body, Status: ${chosen}`).waitFor();

  await tabTo(page, 'Start');
  await page.keyboard.type('05312026');
  await page.keyboard.press('Enter');
  await holds(async () => {
    const body = (await journey.stored(id)).find(({ name }) => name === 'Body');
    expect(body?.properties.start_date).toBe('2026-05-31');
  });
  await hasFocus(page, 'Start');
  await tabTo(page, OUTLINE, 'Shift+Tab');
  expectNoComplaints(journey.windows);
});
