/**
 * The graph canvas, as people use it together.
 */

import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { until } from '../server.ts';
import { expectNoComplaints, type Window } from './browser.ts';
import { fileOf } from './files.ts';
import { ANN, BOB, holds, Journey } from './journey.ts';
import { names, row, select } from './outline.ts';

const journey = Journey.ofEachTest();
let projectId: string;

beforeEach(async () => {
  const below = [{ type: 'job', id: 'paint', name: 'Paint' }];
  const phases = [
    { type: 'phase', id: 'body', name: 'Body', below },
    { type: 'phase', id: 'engine', name: 'Engine' },
  ];
  const root = { type: 'project_root', id: 'root', name: 'Mustang', below: phases };
  ({ projectId } = await journey.imported(fileOf('Mustang', [root])));
});

test('what is selected on the canvas is selected in the outline, and the other way round', async () => {
  const { page } = await enter(ANN);
  await card(page, 'Engine').click();
  await until(async () => (await row(page, 'Engine').getAttribute('aria-selected')) === 'true');
  await select(page, 'Paint');
  await until(() => isSelected(card(page, 'Paint')), 'the card is not selected');
  expect(await isSelected(card(page, 'Engine'))).toBe(false);
  await card(page, 'Paint').click();
  await page.keyboard.press('ArrowLeft');
  await until(async () => (await row(page, 'Body').getAttribute('aria-selected')) === 'true');
  expectNoComplaints(journey.windows);
});

test('a card that is dragged onto another one goes below it, for everybody', async () => {
  const [ann, bob] = [await enter(ANN), await enter(BOB)];
  await drag(ann.page, await middle(card(ann.page, 'Paint')), await middle(card(ann.page, 'Engine')));
  await until(() => isBelow(ann.page, 'Paint', 'Engine'));
  // What had nothing below it was closed.
  await bob.page.getByRole('button', { name: 'Open Engine' }).click();
  await until(() => isBelow(bob.page, 'Paint', 'Engine'));
  const { graph } = await journey.api.project(projectId);
  const [body, engine] = graph.roots[0]?.children ?? [];
  expect([body?.children.length, engine?.children.map(({ name }) => name)]).toEqual([0, ['Paint']]);
  expectNoComplaints(journey.windows);
});

test('a line that is drawn from a card to another one lets that wait, until it is taken away', async () => {
  const [ann, bob] = [await enter(ANN), await enter(BOB)];
  const from = card(ann.page, 'Body').locator('.react-flow__handle.source');
  const to = card(ann.page, 'Engine').locator('.react-flow__handle.target');
  await card(ann.page, 'Body').hover();
  await drag(ann.page, await middle(from), await middle(to));
  await row(bob.page, 'Engine, Waits for Body').waitFor();
  const line = bob.page.getByRole('button', { name: 'Engine waits for Body. Remove this' });
  await line.waitFor({ state: 'attached' });
  await line.focus();
  await bob.page.keyboard.press('Delete');
  await row(ann.page, 'Engine, Waits for Body').waitFor({ state: 'detached' });
  await ann.page
    .getByRole('button', { name: 'Engine waits for Body. Remove this' })
    .waitFor({ state: 'detached' });

  // The same by keys alone.
  await card(ann.page, 'Engine').click();
  await card(ann.page, 'Paint').click({ modifiers: ['Shift'] });
  await ann.page.keyboard.press('b');
  await row(bob.page, 'Paint, Waits for Engine').waitFor();
  expectNoComplaints(journey.windows);
});

test('a colleague’s pointer is seen at the card that they point at', async () => {
  const [ann, bob] = [await enter(ANN), await enter(BOB)];
  const pointer = ann.page.getByLabel('Graph canvas').getByText('Bob Ray', { exact: true });
  for (const name of ['Engine', 'Paint']) {
    const { x, y } = await middle(card(bob.page, name));
    await bob.page.mouse.move(x - 20, y, { steps: 3 });
    await bob.page.mouse.move(x, y, { steps: 3 });
    await until(async () => distance(await middle(pointer), await middle(card(ann.page, name))) < 80);
  }
  await bob.page.getByRole('tree').hover();
  await pointer.waitFor({ state: 'detached' });
  expectNoComplaints(journey.windows);
});

test('whoever follows a colleague has selected what they select', async () => {
  const [ann, bob] = [await enter(ANN), await enter(BOB)];
  await ann.page.getByRole('button', { name: 'Close all' }).click();
  await row(ann.page, 'Paint').waitFor({ state: 'detached' });
  await ann.page
    .getByRole('banner')
    .getByRole('button', { name: /Bob Ray/ })
    .click();
  await ann.page.getByRole('menuitem', { name: 'Follow Bob Ray' }).click();
  await ann.page.getByRole('status').getByText('Following Bob Ray').waitFor();
  await select(bob.page, 'Paint');
  await until(async () => (await row(ann.page, 'Paint').getAttribute('aria-selected')) === 'true');
  await until(() => isSelected(card(ann.page, 'Paint')));

  await ann.page.getByRole('button', { name: 'Esc to stop' }).click();
  await select(bob.page, 'Engine');
  await row(ann.page, 'Engine, Bob Ray').waitFor();
  expect(await row(ann.page, 'Paint').getAttribute('aria-selected')).toBe('true');
  expectNoComplaints(journey.windows);
});

test('the canvas is zoomed by buttons that have names, and moved by its map', async () => {
  const { page } = await enter(ANN);
  const bar = page.getByRole('toolbar', { name: 'Graph view' });
  const zoom = async () => Number.parseInt((await bar.getByText('%').textContent()) ?? '', 10);
  const before = await zoom();
  await bar.getByRole('button', { name: 'Zoom in' }).focus();
  await page.keyboard.press('Enter');
  await until(async () => (await zoom()) > before);
  await bar.getByRole('button', { name: 'Zoom out' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await until(async () => (await zoom()) < before);

  const stays = async () => distance(await middle(mustang), place) < 50;
  const mustang = card(page, 'Mustang');
  const place = await middle(mustang);
  await page.getByRole('img', { name: 'Map of the graph, 4 cards' }).click({ position: { x: 160, y: 100 } });
  // What is out of sight is not there.
  await until(async () => (await mustang.count()) === 0 || !(await stays()), 'the map moved nothing');
  await bar.getByRole('button', { name: 'Show everything' }).focus();
  await page.keyboard.press('Enter');
  for (const name of ['Mustang', 'Paint']) {
    await until(() => isInside(card(page, name), page.getByLabel('Graph canvas')), `${name} is out of sight`);
  }
  expectNoComplaints(journey.windows);
});

async function enter(person: typeof ANN): Promise<Window> {
  const window = await journey.enter(person, projectId, { reducedMotion: 'reduce' });
  await window.page.getByRole('button', { name: 'Open all' }).click();
  await card(window.page, 'Paint').waitFor();
  return window;
}

function card(page: Page, name: string): Locator {
  return page.getByLabel('Graph canvas').locator('[id^="card-"]', { hasText: name });
}

async function isSelected(found: Locator): Promise<boolean> {
  return (await found.getAttribute('data-selected')) !== null;
}

/** Whether the outline has one node right below another one. */
async function isBelow(page: Page, name: string, parent: string): Promise<boolean> {
  const all = await names(page);
  const level = async (of: string) => Number(await row(page, of).getAttribute('aria-level'));
  return all[all.indexOf(name) - 1] === parent && (await level(name)) === (await level(parent)) + 1;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

async function middle(found: Locator): Promise<Place> {
  const box = await found.boundingBox();
  if (!box) throw new Error('it is not on the screen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function distance(one: Place, other: Place): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

async function isInside(inner: Locator, outer: Locator): Promise<boolean> {
  const [small, big] = [await inner.boundingBox(), await outer.boundingBox()];
  if (!small || !big) return false;
  return (
    small.x >= big.x &&
    small.y >= big.y &&
    small.x + small.width <= big.x + big.width &&
    small.y + small.height <= big.y + big.height
  );
}

async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 8 });
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.mouse.up();
}

test('a colleague’s pointer in the outline is seen at the row that they point at', async () => {
  const [{ page: ann }, { page: bob }] = [
    await journey.enter(ANN, projectId),
    await journey.enter(BOB, projectId),
  ];
  await bob.getByRole('treeitem').nth(1).hover();
  const pointer = ann.locator('[data-outline] [data-pointer="bob"]');
  await pointer.waitFor();
  await holds(async () => {
    const [at, wanted] = [await pointer.boundingBox(), await ann.getByRole('treeitem').nth(1).boundingBox()];
    expect(at?.y).toBeGreaterThanOrEqual((wanted?.y ?? 0) - 4);
    expect(at?.y).toBeLessThanOrEqual((wanted?.y ?? 0) + (wanted?.height ?? 0));
  });
  await bob.mouse.move(5, 5);
  await pointer.waitFor({ state: 'detached' });
  expectNoComplaints(journey.windows);
});
