/**
 * Where the keyboard is.
 */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { holds } from './journey.ts';

/** What has the focus, by what it is called; "nothing" where no key would go anywhere. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return 'nothing';
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    const own = element.getAttribute('aria-label') ?? label ?? element.textContent;
    return own.replace(/ \*$/, '').trim();
  });
}

/** Waits until something has the focus. */
export function hasFocus(page: Page, name: string | RegExp): Promise<void> {
  return holds(async () => expect(await focused(page)).toSatisfy((here: string) => isCalled(here, name)));
}

/** Goes on by Tab until something has the focus; everything on the way has to show that it has it. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const way: string[] = [];
  while (way.length < LONGEST_WAY) {
    await page.keyboard.press(key);
    const here = await focused(page);
    way.push(here);
    if (here !== 'nothing') await expectToShow(page, here);
    if (isCalled(here, name)) return;
  }
  throw new Error(`${key} does not lead to ${name}, but to ${way.join(', ')}`);
}

/** So many keys are pressed to get somewhere. */
const LONGEST_WAY = 60;

function isCalled(here: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? here === name : name.test(here);
}

/** Asks that people see what has the focus: by a ring, in a field by its caret or border, in a list by its active line. */
async function expectToShow(page: Page, name: string): Promise<void> {
  const isShown = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element?.matches(':focus-visible')) return false;
    if (element.matches('input:not([type=range], [type=checkbox], [type=radio]), textarea')) return true;
    const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
    const marked = [element, active, element.nextElementSibling].flatMap((one) => one ?? []);
    return marked.some((one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    });
  });
  expect(isShown, `“${name}” shows that it has the focus`).toBe(true);
}
