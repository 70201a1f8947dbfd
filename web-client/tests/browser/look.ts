/**
 * How a page looks now: it stands still, keeps nobody out, and is no wider than its window.
 *
 * With `SHOTS=1` its picture is written: those of the documentation to `docs/images`, all of them to `target/shots`.
 */

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from '../server.ts';
import { expectAccessible } from './browser.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The pictures that the documentation shows. */
const KEPT = new Set([
  'projects',
  'new-project',
  'workspace',
  'workspace-dark',
  'history',
  'palette',
  'phone',
  'admin-events',
]);

/** Looks at what is shown now. */
export async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await until(
    () => page.evaluate(() => document.getAnimations().every(({ playState }) => playState === 'finished')),
    'something never stood still',
  );
  await photograph(page, name);
  await expectAccessible(page);
  await expectFits(page);
}

/** Asks that the page is no wider than the window. */
async function expectFits(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const header = document.querySelector('header');
    return [scrollWidth - clientWidth, header ? header.scrollWidth - header.clientWidth : 0];
  });
  expect(beyond, 'pixels beyond the window and beyond the header').toEqual([0, 0]);
}

async function photograph(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return;
  const folder = KEPT.has(name) ? 'docs/images' : 'target/shots';
  await mkdir(`${ROOT}${folder}`, { recursive: true });
  await page.screenshot({ path: `${ROOT}${folder}/${name}.png`, caret: 'hide' });
}
