/**
 * A real browser: Debian's Chromium, driven as a person would use it.
 *
 * Every window notes what its page complains of; a journey ends by asking that there was nothing.
 */

import { existsSync } from 'node:fs';
import AxeSource from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What keeps Chromium from calling home, which is an error in a closed network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a page may take for anything, in milliseconds: machines that test are slow. */
export const PATIENCE = 30_000;

export async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));
  if (!executablePath) throw new Error('there is no Chromium; scripts/setup.sh test installs it');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** One person's browser, with one window. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of so far: errors and warnings of its console, exceptions nobody caught. */
  readonly complaints: string[];
}

/** How a person's browser is. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  /** Without it the server chooses. */
  readonly color?: string;
}

/** Opens a window for somebody, who is known by name already. */
export async function open(
  browser: Browser,
  url: string,
  { userId, name }: Person,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    baseURL: url,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  await context.addInitScript(
    ([key, who]) => {
      if (!localStorage.getItem(key)) localStorage.setItem(key, who);
    },
    ['graphroom-who', JSON.stringify({ userId, name })] as const,
  );
  return another({ context });
}

/** Another window of the same person. */
export async function another({ context }: { context: BrowserContext }): Promise<Window> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  return { page, context, complaints };
}

/** Asks that no page complained. What the browser says of a server that was taken away on purpose is not meant. */
export function expectNoComplaints(windows: readonly Window[], expected: RegExp[] = []): void {
  const all = windows.flatMap(({ complaints }) => complaints);
  expect(all.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)))).toEqual([]);
}

/** What the browser itself says while the server is away. */
export const SERVER_AWAY =
  /net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INTERNET_DISCONNECTED|EMPTY_RESPONSE)|WebSocket connection/;

/** Asks that nothing on the page keeps people out who cannot see or use a mouse, as far as a program can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AxeSource.source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof AxeSource };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await axe.run(document, { runOnly: tags });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`),
    }));
  });
  expect(violations).toEqual([]);
}
