import '@mantine/core/styles.css';
import './app.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

addEventListener('vite:preloadError', () => void renew());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/**
 * A page that was open while the server was renewed asks for parts that are not there any more. Where the server is away the page
 * stays: it has what was not sent.
 */
async function renew() {
  const isThere = await fetch('/icon.svg', { cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );
  const last = Number(sessionStorage.getItem('graphroom-renewed'));
  if (!isThere || Date.now() - last < 60_000) return;
  sessionStorage.setItem('graphroom-renewed', String(Date.now()));
  location.reload();
}
