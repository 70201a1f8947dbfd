/**
 * Who may import whom: `core` nobody, `net` only `core`; neither knows React, nor `core` the page that it may be in.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What each room may import: a path that begins so. */
const ARROWS: Record<string, readonly string[]> = {
  core: ['./', '@protocol'],
  net: ['./', '../core/index.ts', '@protocol', 'idb', 'socket.io-client'],
};
/** What only pages and servers have. */
const SURROUNDINGS =
  /\b(document|window|localStorage|navigator|indexedDB|fetch|WebSocket|setTimeout|process)\b/;

/** What is wrong with a source of a room. */
function faults(room: string, source: string): string[] {
  const imports = [...source.matchAll(/(?:from\s+|import\s+|import\()'([^']+)'/g)].map((match) => match[1]!);
  const allowed = ARROWS[room] ?? [];
  const wrong = imports.filter(
    (path) => !allowed.some((start) => (start === './' ? path.startsWith(start) : path === start)),
  );
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').replace(/'[^'\n]*'|`[^`]*`/g, "''");
  const used = room === 'core' ? SURROUNDINGS.exec(code)?.[0] : undefined;
  return used ? [...wrong, used] : wrong;
}

function sources(room: string): [string, string][] {
  const files = readdirSync(`${src}/${room}`, { recursive: true, encoding: 'utf8' });
  const own = files.filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'));
  return own.map((file) => [file, readFileSync(`${src}/${room}/${file}`, 'utf8')]);
}

for (const room of Object.keys(ARROWS)) {
  test(`${room} imports what it may`, () => {
    const all = sources(room);
    expect(all.length).toBeGreaterThan(5);
    for (const [file, source] of all) expect(faults(room, source), `${room}/${file}`).toEqual([]);
  });

  test(`files of ${room} say what they are, and have at most 250 lines`, () => {
    for (const [file, source] of sources(room)) {
      expect(source.startsWith('/**'), `${room}/${file}`).toBe(true);
      expect(source.split('\n').length, `${room}/${file}`).toBeLessThanOrEqual(251);
    }
  });
}

test('the rules find what they are for', () => {
  expect(faults('core', "import { io } from 'socket.io-client';")).toEqual(['socket.io-client']);
  expect(faults('core', "import { Api } from '../net/index.ts';")).toEqual(['../net/index.ts']);
  expect(faults('core', "const a = 1; // document\nwindow.alert('fetch');")).toEqual(['window']);
  expect(faults('net', "import { useState } from 'react';\nimport '../core/replica.ts';")).toEqual([
    'react',
    '../core/replica.ts',
  ]);
  expect(faults('net', "export { who } from '../state/who.ts';\nawait import('react-dom');")).toEqual([
    '../state/who.ts',
    'react-dom',
  ]);
  expect(faults('net', "import { Replica } from '../core/index.ts';\nimport './sender.ts';")).toEqual([]);
});
