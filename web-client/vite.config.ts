import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds the server that it passes requests on to. */
const server = process.env.GRAPHROOM_URL ?? 'http://127.0.0.1:5000';

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: { '@protocol': fileURLToPath(new URL('../protocol/generated/protocol.ts', import.meta.url)) },
  },
  build: {
    target: 'es2022',
    // Assets are files: the page may load nothing that is written into it.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/auth', '/ws', '/socket.io', '/docs', '/openapi.json', '/asyncapi.json'].map((path) => [
        path,
        { target: server, ws: path === '/socket.io' },
      ]),
    ),
  },
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      // Against the real binary.
      { extends: true, test: { name: 'server', include: ['tests/*.test.ts'], testTimeout: 120_000 } },
      // In a real browser as well.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      // Outside CI: `make test-firefox`, `make bench-web`.
      {
        extends: true,
        test: {
          name: 'firefox',
          include: ['tests/firefox/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'measure',
          include: ['measure/*.measure.ts'],
          testTimeout: 600_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
