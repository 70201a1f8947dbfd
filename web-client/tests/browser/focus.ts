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

/** Goes on by Tab until something has the focus; all that it leaves on the way has to have looked different with it. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const way: string[] = [];
  while (way.length < LONGEST_WAY) {
    const before = await page.evaluateHandle(() => document.activeElement ?? document.body);
    const [called, withFocus] = [await focused(page), await before.evaluate(look)];
    await page.keyboard.press(key);
    // A date has several places in one field.
    const hasLeft = await before.evaluate((element) => element !== document.activeElement);
    const without = hasLeft && (await before.evaluate(look));
    if (called !== 'nothing' && without) expect(without, `“${called}” shows the focus`).not.toBe(withFocus);
    const here = await focused(page);
    way.push(here);
    if (isCalled(here, name)) return;
  }
  throw new Error(`${key} does not lead to ${name}, but to ${way.join(', ')}`);
}

/** So many keys are pressed to get somewhere. */
const LONGEST_WAY = 60;

function isCalled(here: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? here === name : name.test(here);
}

/** How something and what is around it looks, in a text; nothing for what is gone or has the focus as a place alone. In the page. */
function look(element: Element): string {
  if (!element.isConnected || element.getAttribute('tabindex') === '-1') return '';
  // What a border is on its way to counts, not how far it is.
  for (const animation of document.getAnimations()) {
    if (animation instanceof CSSTransition) animation.finish();
  }
  const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
  const parent = element.parentElement;
  const all = [element, active, element.nextElementSibling, parent, parent?.parentElement];
  const looks = all.flatMap((one) =>
    one ? ['', '::before', '::after'].map((part) => getComputedStyle(one, part)) : [],
  );
  return JSON.stringify(
    looks.map((one) => [one.content, one.outline, one.boxShadow, one.border, one.backgroundColor, one.width]),
  );
}
