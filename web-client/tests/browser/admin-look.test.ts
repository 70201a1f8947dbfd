/**
 * The page of admins, light and dark, on a desk and a phone: nothing keeps people out, and nothing is cut.
 *
 * With `SHOTS=1` pictures are written, as {@link look} does.
 */

import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { answer, crowd, eventfulHour, goTo, line } from './admin.ts';
import { expectNoComplaints } from './browser.ts';
import { colleague, idOf, renameNode } from './colleague.ts';
import { mustang } from './files.ts';
import { ANN, BOB, EVE, Journey } from './journey.ts';
import { look } from './look.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1400, height: 900 };

const journey = Journey.ofEachTest();

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  const options: BrowserContextOptions = { colorScheme, reducedMotion: 'reduce' };

  /** Looks at what is shown now, on a desk and on a phone. */
  async function seen(page: Page, name: string): Promise<void> {
    for (const [viewport, size] of [
      [DESK, ''],
      [PHONE, '-phone'],
    ] as const) {
      await page.setViewportSize(viewport);
      await look(page, `${name}${size}${colorScheme === 'dark' ? '-dark' : ''}`);
    }
    await page.setViewportSize(DESK);
  }

  test('the server', async () => {
    const { page } = await journey.window(ANN, options);
    await eventfulHour(page);
    await answer(page, '/api/websocket/connections', crowd(10_000));
    await page.goto('/admin');
    await page.getByRole('img', { name: /^Deliveries in the last hour/ }).waitFor();
    await seen(page, 'admin');
    await goTo(page, 'Connections');
    await line(page, 'Connections', 'User 00009').waitFor();
    await seen(page, 'admin-connections');
    await goTo(page, 'Alerts');
    await line(page, 'Alerts', 'Commands take 6.1 s').waitFor();
    await seen(page, 'admin-alerts');
    await goTo(page, 'Audit');
    await page.getByRole('table', { name: 'Audit log' }).waitFor();
    await seen(page, 'admin-audit');
    await goTo(page, 'Overview');
    await page.getByRole('button', { name: 'Tell everybody…' }).click();
    await page.getByRole('dialog', { name: /^Send an event/ }).waitFor();
    await look(page, `admin-broadcast${colorScheme === 'dark' ? '-dark' : ''}`);
    expectNoComplaints(journey.windows, [/status of 40[04]/]);
  });

  test('a session', async () => {
    const { sessionId } = await journey.imported(mustang());
    const bob = await colleague(journey.server.url, sessionId, BOB);
    const eve = await colleague(journey.server.url, sessionId, EVE);
    journey.colleagues.push(bob, eve);
    const paint = idOf(bob, 'Paint');
    bob.presence.set({ selection: [paint] });
    for (const name of ['Lacquer', 'Varnish', 'Paint']) await renameNode(bob, paint, name);
    const { page } = await journey.window(ANN, options);
    await page.goto('/admin/sessions');
    await page.getByRole('link', { name: 'Mustang 1967' }).waitFor();
    await seen(page, 'admin-sessions');
    await page.getByRole('link', { name: 'Mustang 1967' }).click();
    await line(page, 'Members', 'Bob Ray').waitFor();
    await seen(page, 'admin-session');
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await line(page, 'Events', /node-updated.*name Lacquer.*old_name Paint/).waitFor();
    await seen(page, 'admin-events');
    await line(page, 'Events', /node-updated.*name Lacquer.*old_name Paint/)
      .getByRole('link')
      .click();
    await page.getByText('"name": "Lacquer"').waitFor();
    await seen(page, 'admin-document');
    await page.getByRole('link', { name: 'Presence and streams' }).click();
    await line(page, 'Presence', 'Eve Fox').waitFor();
    await seen(page, 'admin-people');
    expectNoComplaints(journey.windows, [/status of 40[04]/]);
  });
});
