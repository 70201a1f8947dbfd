/**
 * The page as its sources are now, in place of the one that is in the binary: with `GRAPHROOM_PAGE=source`, for who works on it.
 */

/** What the browser says of a server that is away, where requests come to it by way of another. */
export const SOURCE_AWAY = /server responded with a status of 50\d/;

export const isFromSource = process.env.GRAPHROOM_PAGE === 'source';

/** Serves the page, and passes everything else on to a server. */
export async function serveSource(server: string): Promise<{ url: string; close(): Promise<void> }> {
  process.env.GRAPHROOM_URL = server;
  // Nobody else waits for it.
  const { createServer } = await import('vite');
  const vite = await createServer({
    configFile: new URL('../../vite.config.ts', import.meta.url).pathname,
    root: new URL('../..', import.meta.url).pathname,
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    logLevel: 'silent',
  });
  await vite.listen();
  const address = vite.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('the page is not served');
  return { url: `http://127.0.0.1:${address.port}`, close: () => vite.close() };
}
