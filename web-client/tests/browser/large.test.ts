/**
 * A project of ten thousand nodes, used as a small one is.
 */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../server.ts';
import { expectNoComplaints } from './browser.ts';
import { large } from './files.ts';
import { ANN, BOB, Journey } from './journey.ts';
import { rename, row, select } from './outline.ts';

const NODES = 10_000;
/** More than fit into any window; far less than all. */
const SOME_TENS = 80;
const journey = Journey.ofEachTest();

test('ten thousand nodes are scrolled, searched and edited by keys, with some tens of rows in the page', async () => {
  const { projectId } = await journey.imported(large(NODES));
  const ann = await journey.enter(ANN, projectId);
  const bob = await journey.enter(BOB, projectId);
  const { page } = ann;
  for (const window of [ann, bob]) await window.page.getByRole('button', { name: 'Open all' }).click();

  await select(page, 'Works');
  await page.keyboard.press('End');
  await row(page, 'Job 9999').waitFor();
  expect(await isSelected(page, 'Job 9999')).toBe(true);
  expect(await page.getByRole('treeitem').count()).toBeLessThan(SOME_TENS);

  await page.keyboard.type('job 5555');
  await until(() => isSelected(page, 'Job 5555'), 'typing its name did not lead to Job 5555');
  await page.keyboard.press('Home');
  await until(() => isSelected(page, 'Works'));
  await page.getByRole('tree').evaluate((tree) => tree.scrollTo(0, tree.scrollHeight));
  await row(page, 'Job 9999').waitFor();
  expect(await page.getByRole('treeitem').count()).toBeLessThan(SOME_TENS);

  await row(page, 'Job 9999').click();
  await rename(page, 'The very last');
  await bob.page.getByRole('tree').focus();
  await bob.page.keyboard.press('End');
  await row(bob.page, 'The very last').waitFor();
  expectNoComplaints(journey.windows);
});

test('the canvas draws what is in sight of ten thousand cards, or a picture of all of them', async () => {
  const { projectId } = await journey.imported(large(NODES));
  const { page, ...window } = await journey.enter(ANN, projectId);
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.getByRole('img', { name: `Map of the graph, ${NODES} cards` }).waitFor();
  await until(async () => (await cards(page)) > 0, 'no card was drawn');
  expect(await cards(page)).toBeLessThan(300);

  await page.getByRole('button', { name: 'Show everything' }).click();
  await until(async () => (await cards(page)) === 0, 'cards too small to be read are still drawn one by one');
  expect(await hasPicture(page)).toBe(true);

  // It goes to what is selected beside it, and there are cards again.
  await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 12 });
  await select(page, 'Works');
  await page.keyboard.press('End');
  const last = page.getByLabel('Graph canvas').locator('[id^="card-"]', { hasText: 'Job 9999' });
  await last.waitFor();
  await until(async () => (await last.getAttribute('data-selected')) !== null);
  expect(await cards(page)).toBeLessThan(300);
  expectNoComplaints([{ page, ...window }]);
});

async function isSelected(page: Page, name: string): Promise<boolean> {
  const [shown] = await row(page, name).all();
  return (await shown?.getAttribute('aria-selected')) === 'true';
}

/** How many cards are in the page. */
function cards(page: Page): Promise<number> {
  return page.getByLabel('Graph canvas').locator('[id^="card-"]').count();
}

/** Whether the picture of all cards has anything in it. */
function hasPicture(page: Page): Promise<boolean> {
  return page.locator('canvas').evaluateAll((all) =>
    all.some((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement) || canvas.clientWidth < 300) return false;
      const { width, height } = canvas;
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
      return pixels?.some((value) => value > 0) ?? false;
    }),
  );
}
