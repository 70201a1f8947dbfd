/**
 * The page of admins, as they use it; and a server with more in it than a test can make.
 */

import type { ConnectionInfo } from '@protocol';
import type { Locator, Page } from 'playwright-core';

/** A row of a table by what is in it. */
export function line(page: Page, table: string, text: string | RegExp): Locator {
  return page.getByRole('table', { name: table, exact: true }).getByRole('row').filter({ hasText: text });
}

/** Goes to a part of the page. */
export async function goTo(page: Page, part: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Parts', exact: true })
    .getByRole('link', { name: part })
    .click();
}

/** Does what a dialog asks about. */
export async function confirm(page: Page, title: RegExp, label: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Answers a route in place of the server. */
export async function answer(page: Page, path: string, body: () => unknown, status = 200): Promise<void> {
  await page.route(
    (url) => url.pathname === path,
    (route) => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body()) }),
  );
}

/** As a server does that has no such route. */
export function withoutRoute(page: Page, path: string): Promise<void> {
  return answer(page, path, () => ({ error: { code: 'NOT_FOUND', message: 'Endpoint not found' } }), 404);
}

/** So many connections, each of another user; what they got grows with every question. */
export function crowd(size: number): () => unknown {
  let asked = 0;
  const timestamp = new Date().toISOString();
  return () => {
    asked += 1;
    const connections = Array.from({ length: size }, (_, index) => member(index, asked, timestamp));
    const data = {
      ...{ total_connections: size, active_connections: size, messages_processed: 0, unique_users: size },
      ...{ active_projects: 1, connections_per_ip: {}, top_projects: [], average_uptime: 60, timestamp },
      connections,
    };
    return { success: true, data, timestamp };
  };
}

function member(index: number, asked: number, at: string): ConnectionInfo {
  const id = String(index).padStart(5, '0');
  return {
    connection_id: `00000000-0000-4000-8000-0000000${id}`,
    ...{ sid: `sid-${id}`, client_id: `client-${id}`, user_id: `user-${id}`, name: `User ${id}` },
    ...{ session_id: null, conversation_id: null, project_ids: [], sessions: [], subscription_count: 0 },
    ...{ transport: 'websocket', ip_address: '127.0.0.1', user_agent: null, is_authenticated: false },
    ...{ connected_at: at, last_activity: at, heartbeat_count: 0, bytes_sent: 0, message_count: 0 },
    messages_sent: asked * index,
    metadata: { protocol: 'engine.io 4', namespace: '/' },
  };
}

/** An hour that was not quiet, and what the server said of it. */
export async function eventfulHour(page: Page): Promise<void> {
  const points = Array.from({ length: 240 }, (_, index) => {
    const wave = 1 + Math.sin(index / 17) / 2 + Math.sin(index / 5) / 9;
    return {
      at: new Date(Date.now() - (240 - index) * 15_000).toISOString(),
      ...{ connections: 900 * wave, sessions: 40 * wave, members: 1_100 * wave, active_alerts: 1 },
      ...{ commands_per_second: 60 * wave, events_per_second: 95 * wave, refused_per_second: 3 * wave },
      ...{ deliveries_per_second: 9_000 * wave, cpu: 0.3 * wave, memory_bytes: 2.1e8 * wave },
      command_p99_ms: index % 60 > 55 ? null : 4 * wave,
      event_loop_lag_ms: 0.4 * wave,
    };
  });
  const told = (data: unknown) => () => ({ success: true, data, timestamp: new Date().toISOString() });
  const alert = (id: string, severity: string, message: string, resolved: boolean) => ({
    ...{ id, severity, message, resolved, type: 'performance', metric: 'response_time', component: null },
    ...{ value: 6.1, threshold: 5, timestamp: new Date(Date.now() - 600_000).toISOString(), occurrences: 4 },
    ...{ resolved_at: null, acknowledged: false, acknowledged_by: null, acknowledged_at: null },
  });
  await answer(page, '/api/v1/admin/charts', () => ({ interval_seconds: 15, points }));
  await answer(
    page,
    '/api/websocket/status/alerts',
    told([
      alert('a1', 'critical', 'Commands take 6.1 s', false),
      alert('a2', 'warning', 'Half of the connections that may be are there', true),
    ]),
  );
  const components = { store: true, websocket: true, assistant: false, sessions: { status: 'healthy' } };
  await answer(page, '/api/websocket/status/system', told({ health: { healthy: false, components } }));
}
