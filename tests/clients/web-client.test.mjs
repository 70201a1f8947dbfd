// The web client's files are the same in every coding, and whole.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request as ask } from 'node:http';

const server = process.env.GRAPHROOM_URL;

/** The bytes as they are sent, and their coding. */
const sent = (path, coding, accept = '*/*') =>
  new Promise((resolve, reject) => {
    const headers = { accept, 'accept-encoding': coding };
    const request = ask(server + path, { headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ coding: answer.headers['content-encoding'], bytes: Buffer.concat(parts) }));
    });
    request.on('error', reject).end();
  });

test('what is compressed is what is sent as it is', async () => {
  const { bytes: page } = await sent('/', 'identity', 'text/html');
  const files = [...page.toString().matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(files.some((file) => file.endsWith('.js')), `no web client is built in:\n${page}`);
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  let compressed = 0;
  for (const file of files) {
    const plain = await sent(file, 'identity');
    assert.equal(plain.coding, undefined);
    for (const [coding, decode] of [['br', brotliDecompressSync], ['gzip', gunzipSync]]) {
      const form = await sent(file, coding);
      if (form.coding === undefined) continue;
      assert.equal(form.coding, coding);
      assert.equal(digest(decode(form.bytes)), digest(plain.bytes), `${file} in ${coding}`);
      compressed += 1;
    }
  }
  assert.ok(compressed >= 2, `${compressed} forms are compressed`);
});
