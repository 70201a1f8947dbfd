/**
 * What goes over the wire before there is anything to see.
 */

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectNoComplaints } from './browser.ts';
import { mustang } from './files.ts';
import { ANN, Journey } from './journey.ts';

/** What the first view may take, in bytes as they come. */
const MOST = 400 * 1024;
/** What may come again: the page's own text, if it is another one, and what the server says of projects. */
const NEXT_TO_NOTHING = 20 * 1024;

const journey = Journey.ofEachTest();

test('the list of projects takes less than 400 KB, and next to nothing again', async () => {
  await journey.api.createProject('restomod', 'Mustang');
  const { page } = await journey.window(ANN);
  const wire = await Wire.of(page);
  const shown = () => page.getByRole('link', { name: 'Mustang' }).waitFor();
  await page.goto('/');
  await shown();
  await page.waitForLoadState('networkidle');
  expect(wire.bytes, `the projects took ${wire.text()}`).toBeLessThan(MOST);
  // Something came, or nothing was counted.
  expect(wire.bytes).toBeGreaterThan(NEXT_TO_NOTHING);
  wire.reset();
  await page.reload();
  await shown();
  await page.waitForLoadState('networkidle');
  expect(wire.bytes, `again the projects took ${wire.text()}`).toBeLessThan(NEXT_TO_NOTHING);
  expect(wire.statuses.get(`${journey.server.url}/`), 'the page by its ETag').toBe(304);
  expectNoComplaints(journey.windows);
});

test('an open project takes less than 400 KB, and next to nothing again', async () => {
  const { projectId } = await journey.imported(mustang());
  const { page } = await journey.window(ANN);
  const wire = await Wire.of(page);
  const shown = async () => {
    await page.getByRole('treeitem', { name: 'Mustang 1967' }).waitFor();
    await page.getByLabel('Graph canvas').locator('[id^="card-"]').first().waitFor();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
  };
  await page.goto(`/projects/${projectId}`);
  await shown();
  expect(wire.bytes, `the project took ${wire.text()}`).toBeLessThan(MOST);
  expect(wire.bytes).toBeGreaterThan(NEXT_TO_NOTHING);
  wire.reset();
  await page.reload();
  await shown();
  expect(wire.bytes, `again the project took ${wire.text()}`).toBeLessThan(NEXT_TO_NOTHING);
  expectNoComplaints(journey.windows);
});

/** What a page has loaded, as DevTools counts it. */
class Wire {
  readonly #sizes = new Map<string, number>();
  readonly #names = new Map<string, string>();
  /** How each address was answered last. */
  readonly statuses = new Map<string, number>();

  static async of(page: Page): Promise<Wire> {
    const wire = new Wire();
    const tools = await page.context().newCDPSession(page);
    tools.on('Network.requestWillBeSent', ({ requestId, request }) =>
      wire.#names.set(requestId, request.url),
    );
    tools.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) =>
      wire.statuses.set(wire.#names.get(requestId) ?? '', statusCode),
    );
    tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      wire.#sizes.set(requestId, encodedDataLength),
    );
    await tools.send('Network.enable');
    return wire;
  }

  get bytes(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  reset(): void {
    this.#sizes.clear();
    this.statuses.clear();
  }

  /** The largest first. */
  text(): string {
    const lines = [...this.#sizes].sort(([, one], [, other]) => other - one);
    const largest = lines.slice(0, 12).map(([id, size]) => `${size} ${this.#names.get(id)}`);
    return [`${this.bytes} bytes`, ...largest].join('\n  ');
  }
}
