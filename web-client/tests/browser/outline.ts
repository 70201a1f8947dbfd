/**
 * The outline as people use it.
 */

import type { Locator, Page } from 'playwright-core';

/** The row of a node, by what its name begins with. */
export function row(page: Page, name: string): Locator {
  return page.getByRole('treeitem', { name: new RegExp(`^${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`) });
}

/** Selects a node. */
export async function select(page: Page, name: string): Promise<void> {
  await row(page, name).click();
}

/** Adds a node below the selected one, by keys alone. */
export async function addBelow(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await write(page, name);
}

/** Adds a node beside the selected one, by keys alone. */
export async function addBeside(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Enter');
  await write(page, name);
}

/** Renames the selected node, by keys alone. */
export async function rename(page: Page, name: string): Promise<void> {
  await page.keyboard.press('F2');
  await write(page, name);
}

async function write(page: Page, name: string): Promise<void> {
  const field = page.getByRole('tree').getByRole('textbox');
  await field.waitFor();
  await field.fill(name);
  await page.keyboard.press('Enter');
  await field.waitFor({ state: 'detached' });
}

/** The names that the outline shows, from top to bottom. */
export function names(page: Page): Promise<string[]> {
  return page.getByRole('treeitem').evaluateAll((rows) =>
    rows
      .map((item) => ({ top: item.getBoundingClientRect().top, name: item.getAttribute('aria-label') ?? '' }))
      .sort((one, other) => one.top - other.top)
      .map(({ name }) => name.split(', ')[0] ?? ''),
  );
}
