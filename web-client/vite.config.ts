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
      ['/api', '/auth', '/socket.io', '/docs', '/openapi.json', '/asyncapi.json'].map((path) => [
        path,
        { target: server, ws: path === '/socket.io' },
      ]),
    ),
  },
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node' },
});
