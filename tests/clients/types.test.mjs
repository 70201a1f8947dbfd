// The generated types are what a TypeScript client needs: `tsc` takes one that uses them, and it works.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const folder = import.meta.dirname;
const rules = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noUnusedLocals'];
const target = ['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom'];

test('a typed client compiles by the strictest rules, and works', async () => {
  // Inside this folder, so that the compiled client finds its library.
  const out = await mkdtemp(path.join(folder, 'node_modules', '.typed-'));
  try {
    const files = ['typed-client.mts', '../../protocol/generated/protocol.ts', 'node-globals.d.ts'];
    await run(process.execPath, [tsc, ...rules, ...target, '--outDir', out, ...files], { cwd: folder }).catch(
      ({ stdout }) => assert.fail(stdout),
    );
    const client = path.join(out, 'tests', 'clients', 'typed-client.mjs');
    const { stdout } = await run(process.execPath, [client]);
    assert.match(stdout, /the typed client is done/);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
