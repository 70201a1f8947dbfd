/**
 * The properties of what is selected, as people use them.
 */

import type { Locator, Page } from 'playwright-core';

/** The part of the window that has them. */
export function properties(page: Page): Locator {
  return page.getByRole('region', { name: 'Properties', exact: true });
}

/** The editor of a property, whatever its type. */
export function field(page: Page, label: string): Locator {
  return properties(page).getByLabel(new RegExp(`^${label}( \\*)?$`));
}

/** Chooses an option of a select by its name. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await field(page, label).click();
  await page.getByRole('option', { name: option }).click();
}
