/**
 * The main views, light and dark, on a desk, a tablet and a phone: nothing keeps people out, and nothing is cut.
 */

import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { Schema } from '../../src/core/index.ts';
import { newId } from '../../src/net/index.ts';
import { expectNoComplaints } from './browser.ts';
import { colleague, idOf } from './colleague.ts';
import { mustang } from './files.ts';
import { ANN, BOB, EVE, Journey } from './journey.ts';
import { look } from './look.ts';
import { row, select } from './outline.ts';

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 820, height: 1180 };

const journey = Journey.ofEachTest();

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  const options: BrowserContextOptions = { colorScheme, reducedMotion: 'reduce' };

  /** Looks at what is shown now. */
  function seen(page: Page, name: string): Promise<void> {
    return look(page, colorScheme === 'dark' ? `${name}-dark` : name);
  }

  test('the projects', async () => {
    const { page } = await journey.atProjects(ANN, options);
    await page.getByRole('heading', { name: 'No projects yet' }).waitFor();
    await seen(page, 'empty');
    await several();
    await page.reload();
    await page.getByText('Strip down').first().waitFor();
    await page.getByTitle('Here now: Bob Ray, Eve Fox').waitFor();
    await seen(page, 'projects');
    await page.setViewportSize(PHONE);
    await seen(page, 'projects-phone');
    await page.setViewportSize({ width: 1400, height: 900 });
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('list', { name: 'Properties of Task' }).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Spitfire Mk IV');
    await seen(page, 'new-project');
    expectNoComplaints(journey.windows);
  });

  test('a project', async () => {
    const { projectId, sessionId } = await journey.imported(mustang());
    await busy(sessionId);
    const { page } = await journey.enter(ANN, projectId, options);
    await page.getByRole('button', { name: 'Open all' }).click();
    await row(page, 'Alternator').waitFor();
    await select(page, 'Weld in new pans');
    await page.getByLabel('Selected by Bob Ray').first().waitFor();
    await page.getByRole('button', { name: /^Eve Fox/ }).waitFor();
    await page.getByText('Bob Ray is editing').waitFor();
    await seen(page, 'workspace');

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a node or an action' }).fill('paint');
    await page.getByRole('option', { name: /^Body and paint/ }).waitFor();
    await seen(page, 'palette');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await seen(page, 'keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('dialog', { name: /Share/ }).waitFor();
    await seen(page, 'share-open');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByText('History', { exact: true }).click();
    await page.getByText('Bob Ray').first().waitFor();
    await page.getByLabel('Graph canvas').locator('[id^="card-"]').first().waitFor();
    await seen(page, 'history');
    await page.getByRole('button', { name: 'Close the history' }).click();

    await page.setViewportSize(TABLET);
    await row(page, 'Weld in new pans').waitFor();
    await seen(page, 'tablet');

    await page.setViewportSize(PHONE);
    await page.getByRole('tab', { name: 'Outline' }).waitFor();
    await seen(page, 'phone');
    await page.getByRole('tab', { name: 'Properties' }).click();
    await page.getByRole('textbox', { name: 'Estimated hours' }).waitFor();
    await seen(page, 'phone-properties');
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByLabel('Graph canvas').waitFor();
    await seen(page, 'phone-graph');
    expectNoComplaints(journey.windows);
  });

  test('where the server asks who people are', async () => {
    await journey.server.restart('--auth', 'token');
    const window = await journey.window(ANN, options);
    await window.page.goto('/');
    await window.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await seen(window.page, 'sign-in');
    await window.page.setViewportSize(PHONE);
    await seen(window.page, 'sign-in-phone');
    expectNoComplaints(journey.windows, [/401 \(Unauthorized\)/]);
  });
});

/** Some projects, one of which people are in. */
async function several(): Promise<void> {
  for (const [name, template, first] of [
    ['Winter conference', 'event_planning', 'Friday'],
    ['Checkout, second attempt', 'software_delivery', 'One page in place of five'],
    ['Vespa GS 160', 'restomod', 'Strip down'],
    ['Team offsite', 'event_planning', 'Arrival'],
  ] as const) {
    const { session_id, graph } = await journey.api.createProject(template, name);
    const session = await colleague(journey.server.url, session_id, name.startsWith('V') ? EVE : BOB);
    const schema = new Schema(await journey.api.templateSchema(template));
    const root = graph.roots[0];
    const type = root && schema.allowedBelow(root.blueprint_type_id)[0];
    if (!type) throw new Error(`nothing may stand below the root of ${template}`);
    await session.execute({
      command_type: 'CreateNode',
      data: { node_id: newId(), parent_id: root.id, blueprint_type_id: type.id, name: first },
    });
    session.close();
  }
  await busy((await journey.imported(mustang())).sessionId);
}

/** Two colleagues at work. */
async function busy(sessionId: string): Promise<void> {
  const bob = await colleague(journey.server.url, sessionId, BOB);
  const eve = await colleague(journey.server.url, sessionId, EVE);
  const weld = idOf(bob, 'Weld in new pans');
  const schema = new Schema(await journey.api.templateSchema('restomod'));
  const write = (session: typeof bob, name: string, property_id: string, value: unknown) => {
    const node_id = idOf(session, name);
    const property = schema.property(session.replica.node(node_id)?.type ?? '', property_id);
    const new_value = property?.options?.find((option) => option.name === value)?.id ?? value;
    return session.execute({ command_type: 'UpdateProperty', data: { node_id, property_id, new_value } });
  };
  await write(bob, 'Weld in new pans', 'estimated_hours', 32);
  await write(eve, 'Rework the heads', 'status', 'Done');
  await write(eve, 'Assemble the engine', 'status', 'In progress');
  await write(bob, 'Weld in new pans', 'impact', 'Large');
  await write(bob, 'Alternator, 100 A', 'status', 'Received');
  bob.presence.set({ selection: [weld], editing: { node_id: weld, property_id: 'notes' } });
  eve.presence.set({ selection: [idOf(eve, 'Rework the heads')], cursor: { x: 1_020, y: 1_040 } });
  journey.colleagues.push(bob, eve);
}
