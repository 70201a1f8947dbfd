/**
 * How fast the web client is in a real browser, against a release build: `make bench-web`. It measures and prints; it is no test.
 */

import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { Api, Session } from '../src/net/index.ts';
import { launch, open, type Window } from '../tests/browser/browser.ts';
import { large } from '../tests/browser/files.ts';
import { row, select } from '../tests/browser/outline.ts';
import { field } from '../tests/browser/properties.ts';
import { Server, until } from '../tests/server.ts';

const ANN = { userId: 'ann', name: 'Ann Lee' };
/** How often what has a median is done. */
const RUNS = 7;
/** Keys that are typed. */
const KEYS = 200;
/** Events a second that another client sends meanwhile. */
const EVENTS = 50;
/** From when on a task of the page counts as long, in milliseconds: browsers tell no shorter ones. */
const LONG = 50;

interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: number;
}

let browser: Browser;
let server: Server;
const figures: Figure[] = [];

beforeAll(async () => {
  browser = await launch();
  server = await Server.start('--max-commands-per-second', '0');
});

afterAll(async () => {
  await browser.close();
  await server.stop();
  await report();
});

function api(): Api {
  return new Api(server.url, () => ({ userId: 'maker' }));
}

async function inProject(projectId: string): Promise<Window> {
  const window = await open(browser, server.url, ANN);
  await window.page.goto(`/projects/${projectId}`);
  await row(window.page, 'Mustang').waitFor();
  return window;
}

test('first view', async () => {
  await api().createProject('restomod', 'Mustang');
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { page, context } = await open(browser, server.url, ANN);
    await page.goto('/', { waitUntil: 'commit' });
    await page.getByRole('link', { name: 'Mustang' }).first().waitFor();
    times.push(await page.evaluate(() => performance.now()));
    await context.close();
  }
  note('first view: from the navigation to the first project, median', median(times), 'ms', 1_000);
});

test('typing while another client sends events', async () => {
  const made = await api().createProject('restomod', 'Mustang');
  const root = made.graph.roots[0]!.id;
  const { page, context } = await inProject(made.project_id);
  await select(page, 'Mustang');
  const bob = new Session({
    url: server.url,
    sessionId: made.session_id,
    credentials: () => ({ userId: 'bob' }),
  });
  await bob.open();
  const answer = await bob.execute({
    command_type: 'CreateNode',
    data: { parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  });
  await row(page, 'Body').waitFor();
  const input = field(page, 'Vehicle');
  await input.click();
  await watch(page);
  let count = 0;
  const first = Date.now();
  const sending = setInterval(() => {
    for (const due = ((Date.now() - first) * EVENTS) / 1_000; count < due; count += 1) {
      const value = `2026-05-${String((count % 28) + 1).padStart(2, '0')}`;
      const data = { node_id: answer.node_id!, property_id: 'start_date', new_value: value };
      void bob.execute({ command_type: 'UpdateProperty', data }).catch(() => undefined);
    }
  }, 5);
  for (let key = 0; key < KEYS; key += 1) await page.keyboard.type('a', { delay: 40 });
  clearInterval(sending);
  const sent = (count * 1_000) / (Date.now() - first);
  const { latencies, longTasks } = await watched(page);
  note(`events a second meanwhile`, sent, '/s');
  note(
    `typing, ${latencies.length} keys: from the key to the next frame, median`,
    quantile(latencies, 0.5),
    'ms',
  );
  note('typing: the 95th percentile', quantile(latencies, 0.95), 'ms', 50);
  note(`typing: tasks over ${LONG} ms`, longTasks, '', 0);
  bob.close();
  await context.close();
});

test('ten thousand nodes', async () => {
  const made = await api().importProject(new Blob([JSON.stringify(large(10_000))]));
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const { page, context } = await open(browser, server.url, ANN);
    await page.goto(`/projects/${made.project_id}`, { waitUntil: 'commit' });
    await row(page, 'Works').waitFor();
    times.push(await page.evaluate(() => performance.now()));
    await context.close();
  }
  note('opening 10,000 nodes: from the navigation to the outline, median of 3', median(times), 'ms');
});

test('back after a restart', async () => {
  const made = await api().createProject('restomod', 'Mustang');
  const { page, context } = await inProject(made.project_id);
  const live = page.getByRole('status').filter({ hasText: 'Live' }).first();
  await live.waitFor();
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const killed = Date.now();
    await server.kill();
    await page.getByRole('status').filter({ hasText: 'Offline' }).first().waitFor();
    await until(() => Date.now() - killed > 1_500);
    await server.start();
    await live.waitFor();
    times.push(Date.now() - killed);
  }
  note(
    'live again: from the kill, the server being down for some 2 s, the slowest of 3',
    Math.max(...times),
    'ms',
    5_000,
  );
  await context.close();
});

/** Notes when keys come and when what they did was painted, and tasks that take long. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { latencies: [] as number[], longTasks: 0 };
    Object.assign(globalThis, { seen });
    addEventListener(
      'keydown',
      (event) => {
        const at = event.timeStamp;
        // Behind the frame in which the key shows.
        requestAnimationFrame(() => setTimeout(() => seen.latencies.push(performance.now() - at)));
      },
      { capture: true },
    );
    new PerformanceObserver((list) => {
      seen.longTasks += list.getEntries().length;
    }).observe({ entryTypes: ['longtask'] });
  });
}

function watched(page: Page): Promise<{ latencies: number[]; longTasks: number }> {
  return page.evaluate(
    () => (globalThis as unknown as { seen: { latencies: number[]; longTasks: number } }).seen,
  );
}

function note(what: string, value: number, unit: string, target?: number) {
  figures.push({ what, value: Math.round(value * 10) / 10, unit, target });
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

async function report() {
  const version = execFileSync(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version'], {
    encoding: 'utf8',
  });
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    load: loadavg().map((load) => Math.round(load * 10) / 10),
    node: process.version,
    browser: version.trim(),
  };
  const lines = figures.map(({ what, value, unit, target }) => {
    const wanted = target === undefined ? '' : ` (at most ${target})`;
    return `${what.padEnd(84)} ${String(value).padStart(8)} ${unit}${wanted}`;
  });
  console.log([JSON.stringify(machine), ...lines].join('\n'));
  const target = fileURLToPath(new URL('../../target/', import.meta.url));
  await mkdir(target, { recursive: true });
  await writeFile(`${target}bench-web.json`, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
}
