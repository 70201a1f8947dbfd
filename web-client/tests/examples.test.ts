/**
 * The scripts that docs/clients.md shows, run against a real server.
 */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../examples/library.ts';
import { Server } from './server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(() => server.stop());

/** What a script prints that is run as docs/clients.md says. */
async function printed(script: string): Promise<string[]> {
  const child = spawn(process.execPath, [`examples/${script}`, server.url], { cwd: `${root}/web-client` });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => said.push(String(text)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${said.join('')}`);
  return said.join('').trim().split('\n');
}

test('the library: a command shows at once, a refusal is thrown, an undo takes back', async () => {
  const lines: string[] = [];
  await main(server.url, (line) => lines.push(line));
  expect(lines).toContain('shown before it is answered: Body');
  expect(lines).toContain('status: live');
  expect(lines).toContain('phases: Body');
  expect(lines).toContain('refused: NODE_NOT_FOUND');
  expect(lines.at(-1)).toBe('after the undo: 0 phases');
});

test('plain socket.io-client: the other one hears it, a repeat does nothing', async () => {
  const lines = await printed('socketio.mjs');
  expect(lines).toEqual([
    'bob is up to date by: snapshot',
    'bob hears node-created by Ada',
    'ada made a node: true',
    'the same again: nothing happens',
    expect.stringMatching(/^refused: (INVALID_REQUEST|INVALID_SESSION)$/),
  ]);
});

test('REST: commands, events since a place, undo, history', async () => {
  const lines = await printed('rest.mjs');
  expect(lines.slice(0, 4)).toEqual([
    'made a node, event 2',
    '2 node-created',
    '3 property-changed',
    'undone, event 5',
  ]);
  expect(lines.at(-1)).toBe('refused: NODE_NOT_FOUND');
  expect(lines.filter((line) => line.startsWith('ada: '))).toHaveLength(4);
});

test('docs/clients.md names every script', () => {
  const text = readFileSync(`${root}/docs/clients.md`, 'utf8');
  for (const file of readdirSync(`${root}/web-client/examples`))
    expect(text).toContain(`](../web-client/examples/${file})`);
});
