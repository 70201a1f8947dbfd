/**
 * The list of projects, as people use it.
 */

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../server.ts';
import { expectNoComplaints } from './browser.ts';
import { colleague, idOf, renameNode } from './colleague.ts';
import { fileOf, mustang } from './files.ts';
import { ANN, BOB, EVE, Journey } from './journey.ts';
import { row } from './outline.ts';

const journey = Journey.ofEachTest();

test('a project is found by a part of its name', async () => {
  for (const name of ['Mustang', 'Vespa', 'Mustard seeds']) await journey.api.createProject('restomod', name);
  const { page } = await journey.atProjects(ANN);
  await until(async () => (await listed(page)).length === 3);
  await page.keyboard.press('/');
  await page.keyboard.type('must');
  await until(async () => expect((await listed(page)).sort()).toEqual(['Mustang', 'Mustard seeds']) ?? true);
  await page.getByText('2 found').waitFor();
  await page.keyboard.type('ang and more');
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor();
  await page.keyboard.press('Escape');
  await until(async () => (await listed(page)).length === 3);
  expectNoComplaints(journey.windows);
});

test('a template shows what it brings before a project is made of it', async () => {
  const { page } = await journey.atProjects(ANN);
  await page.getByRole('button', { name: 'New project' }).first().click();
  const preview = page.getByRole('region', { name: 'What the template brings' });
  await page.getByRole('radio', { name: /Event planning/ }).click();
  await preview.getByText('Venue').first().waitFor();
  await page.getByRole('radio', { name: /Restomod/ }).click();
  await preview.getByText('Chassis number').waitFor();
  await preview.getByRole('list', { name: 'Properties of Task' }).getByText('Estimated hours').waitFor();
  expect(await preview.getByText('Venue').count()).toBe(0);
  await page.getByRole('textbox', { name: 'Name' }).fill('Vespa GS 160');
  await page.getByRole('button', { name: 'Make the project' }).click();
  await row(page, 'Vespa GS 160').waitFor();
  const { projects } = await journey.api.projects();
  expect(projects.map(({ name, template_id }) => [name, template_id])).toEqual([
    ['Vespa GS 160', 'restomod'],
  ]);
  expectNoComplaints(journey.windows);
});

test('a file that is dropped is checked, named and becomes a project', async () => {
  const { page } = await journey.atProjects(ANN);
  await drop(page, 'mustang.json', JSON.stringify(mustang()));
  const dialog = page.getByRole('dialog', { name: 'Import a project' });
  await dialog.getByText('26 nodes, Restomod. Looks good.').waitFor();
  await dialog.getByLabel('Name of the project').fill('Fastback');
  await dialog.getByRole('button', { name: 'Import and open' }).click();
  await page.getByRole('heading', { name: 'Fastback' }).waitFor();
  await row(page, 'Mustang 1967').waitFor();
  const { projects } = await journey.api.projects();
  expect(projects.map(({ name }) => name)).toEqual(['Fastback']);
  expectNoComplaints(journey.windows);
});

test('the faults of a file are listed with their places, and nothing is made of it', async () => {
  const { page } = await journey.atProjects(ANN);
  const file = fileOf('Wrong', [
    { type: 'project_root', id: 'root', name: 'Wrong', blockedBy: 'nobody' },
    { type: 'spaceship', id: 'ship', name: 'Ship' },
  ]);
  await drop(page, 'wrong.json', JSON.stringify(file));
  const dialog = page.getByRole('dialog', { name: 'Import a project' });
  await dialog.getByRole('alert').getByText('2 faults: the file cannot be imported like this.').waitFor();
  const faults = dialog.getByRole('region', { name: 'What is wrong with the file' }).getByRole('listitem');
  expect(await faults.getByText('nodes.root.blocked_by').count()).toBe(1);
  expect(await faults.getByText('nodes.ship.type').count()).toBe(1);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'detached' });

  await drop(page, 'broken.json', '{"version": ');
  await dialog.getByText('1 fault: the file cannot be imported like this.').waitFor();
  await faults.getByText('line 1, column').waitFor();
  expect((await journey.api.projects()).projects).toEqual([]);
  expectNoComplaints(journey.windows);
});

test('a project gets another name', async () => {
  await journey.api.createProject('restomod', 'Mustang');
  const { page } = await journey.atProjects(ANN);
  await (await menu(page, 'Mustang')).getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Fastback');
  await page.keyboard.press('Enter');
  await until(async () => expect(await listed(page)).toEqual(['Fastback']) ?? true);
  expect((await journey.api.projects()).projects.map(({ name }) => name)).toEqual(['Fastback']);
  expectNoComplaints(journey.windows);
});

test('an export is the file that the server gives out', async () => {
  const { projectId } = await journey.imported(mustang());
  const { page } = await journey.atProjects(ANN);
  for (const [item, history] of [
    ['Project file', undefined],
    ['Project file with history', 'full'],
    ['History as JSON lines', 'lines'],
  ] as const) {
    const items = await menu(page, 'Mustang 1967');
    const coming = page.waitForEvent('download');
    await items.getByRole('menuitem', { name: item, exact: true }).click();
    const download = await coming;
    const { file, name } = await journey.api.exportProject(projectId, history);
    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), 'utf8')).toBe(await file.text());
  }
  expectNoComplaints(journey.windows);
});

test('a project is deleted once that was confirmed, a large one by its name', async () => {
  await journey.api.createProject('restomod', 'Vespa');
  const children = Array.from({ length: 120 }, (_, at) => ({
    type: 'phase',
    id: `p${at}`,
    name: `Phase ${at}`,
  }));
  await journey.imported(
    fileOf('Works', [{ type: 'project_root', id: 'r', name: 'Works', below: children }]),
  );
  const { page } = await journey.atProjects(ANN);

  await (await menu(page, 'Vespa')).getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await listed(page)).sort()).toEqual(['Vespa', 'Works']);
  await (await menu(page, 'Vespa')).getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByText('1 node and a history of').waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await until(async () => expect(await listed(page)).toEqual(['Works']) ?? true);

  await (await menu(page, 'Works')).getByRole('menuitem', { name: 'Delete…' }).click();
  const confirm = page.getByLabel('To be sure, write the project’s name');
  await confirm.fill('Work');
  expect(await page.getByRole('button', { name: 'Delete', exact: true }).isDisabled()).toBe(true);
  await confirm.fill('Works');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('heading', { name: 'No projects yet' }).waitFor();
  expect((await journey.api.projects()).projects).toEqual([]);
  expectNoComplaints(journey.windows);
});

test('the list shows who is in a project, and what was changed in it last', async () => {
  const { sessionId } = await journey.imported(mustang());
  const bob = await colleague(journey.server.url, sessionId, BOB);
  const eve = await colleague(journey.server.url, sessionId, EVE);
  journey.colleagues.push(bob, eve);
  await renameNode(bob, idOf(bob, 'New loom'), 'Cable harness');
  const { page } = await journey.atProjects(ANN);
  const item = page.getByRole('list', { name: 'Projects' }).getByRole('listitem');
  await item.getByText('Cable harness').first().waitFor();
  await item.getByTitle('Here now: Bob Ray, Eve Fox').waitFor();
  bob.close();
  await item.getByTitle('Here now: Eve Fox').waitFor();
  expectNoComplaints(journey.windows);
});

/** The names in the list, from top to bottom. */
function listed(page: Page): Promise<string[]> {
  return page.getByRole('list', { name: 'Projects' }).getByRole('link').allInnerTexts();
}

/** Opens the menu of a project. */
async function menu(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: `What to do with ${name}` }).click();
  return page.getByRole('menu');
}

/** Drops a file on the page, as a drag from the desktop does. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName, { type: 'application/json' }));
      return transfer;
    },
    [name, text] as const,
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await page.getByText(/drop/i).first().waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}
