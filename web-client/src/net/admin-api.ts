/**
 * The routes for admins, and those that tell an admin more than others. Whether a server has all of them is not known here:
 * {@link isAbsent} says it of a refusal.
 */

import type { AuditPageView, ConnectionsView, EventPage, WebsocketStatus } from '@protocol';
import type {
  BroadcastInfo,
  BroadcastTarget,
  BroadcastWish,
  Charts,
  Disconnected,
  InspectedSession,
  LoadedSessions,
  MaintenanceView,
  ServerAlert,
  System,
} from './admin-types.ts';
import type { Credentials } from './credentials.ts';
import { Http, type Unproved } from './http.ts';
import { Refusal } from './refusal.ts';

/** What the routes below `/api/websocket` answer. */
interface Told<Data> {
  readonly data: Data;
}

/** Which entries of the audit log. */
export interface AuditFilter {
  readonly kind?: string;
  readonly outcome?: string;
  readonly user_id?: string;
  readonly before?: number;
  readonly limit?: number;
}

/** Whether a server has no such route. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Refusal && error.code === 'NOT_FOUND' && error.message === 'Endpoint not found';
}

export class AdminApi {
  readonly #http: Http;

  /** As of {@link Api}. */
  constructor(base: string, credentials: () => Credentials, unproved?: Unproved) {
    this.#http = new Http(base, credentials, unproved);
  }

  async status(signal?: AbortSignal): Promise<WebsocketStatus> {
    return (await this.#told<WebsocketStatus>('/api/websocket/status', signal)).data;
  }

  /** The oldest connections, so many of them, and numbers of all. */
  async connections(limit: number, signal?: AbortSignal): Promise<ConnectionsView> {
    const query = { limit };
    const told = await this.#http.json<Told<ConnectionsView>>('/api/websocket/connections', {
      query,
      signal,
    });
    return told.data;
  }

  /** The loaded sessions, busiest first. */
  sessions(limit: number, search: string, signal?: AbortSignal): Promise<LoadedSessions> {
    return this.#http.json('/api/v1/admin/sessions', { query: { limit, search }, signal });
  }

  session(id: string, signal?: AbortSignal): Promise<InspectedSession> {
    return this.#http.json(`/api/v1/admin/sessions/${encodeURIComponent(id)}`, { signal });
  }

  unload(id: string): Promise<unknown> {
    return this.#http.json(`/api/v1/admin/sessions/${encodeURIComponent(id)}/unload`, { method: 'POST' });
  }

  /** Graph events behind a place `epoch:seq`, or what was published behind `published:n`. */
  events(
    sessionId: string,
    kind: 'graph' | 'published',
    since: string | undefined,
    limit: number,
    signal?: AbortSignal,
  ): Promise<EventPage> {
    return this.#http.json(`/api/v1/sessions/${encodeURIComponent(sessionId)}/events`, {
      query: { kind, since, limit },
      signal,
    });
  }

  charts(minutes: number, signal?: AbortSignal): Promise<Charts> {
    return this.#http.json('/api/v1/admin/charts', { query: { minutes }, signal });
  }

  async alerts(signal?: AbortSignal): Promise<readonly ServerAlert[]> {
    return (await this.#told<readonly ServerAlert[]>('/api/websocket/status/alerts', signal)).data;
  }

  acknowledge(alertId: string): Promise<unknown> {
    const path = `/api/websocket/status/alerts/${encodeURIComponent(alertId)}/acknowledge`;
    return this.#http.json(path, { method: 'POST' });
  }

  async system(signal?: AbortSignal): Promise<System> {
    return (await this.#told<System>('/api/websocket/status/system', signal)).data;
  }

  audit(filter: AuditFilter, signal?: AbortSignal): Promise<AuditPageView> {
    return this.#http.json('/api/v1/admin/audit', { query: { ...filter }, signal });
  }

  /** Ends connections; answers how many. */
  async disconnect(whom: Disconnected, reason?: string): Promise<number> {
    const body = { ...whom, reason: reason || undefined };
    const path = '/api/v1/admin/disconnect';
    const { disconnected } = await this.#http.json<{ disconnected: number }>(path, { method: 'POST', body });
    return disconnected;
  }

  /** Sends an event; answers the broadcast's id. */
  async broadcast({ target, event, data, priority, isAcknowledged }: BroadcastWish): Promise<string> {
    const query = { event_type: event, priority, require_ack: isAcknowledged || undefined };
    const path = `/api/websocket/broadcast/${placeOf(target)}`;
    const request = { method: 'POST', query, body: data };
    return (await this.#http.json<Told<{ broadcast_id: string }>>(path, request)).data.broadcast_id;
  }

  async broadcastState(broadcastId: string, signal?: AbortSignal): Promise<BroadcastInfo> {
    const path = `/api/websocket/broadcast/${encodeURIComponent(broadcastId)}`;
    return (await this.#told<BroadcastInfo>(path, signal)).data;
  }

  maintenance(signal?: AbortSignal): Promise<MaintenanceView> {
    return this.#http.json('/api/v1/admin/maintenance', { signal });
  }

  setMaintenance(enabled: boolean, reason?: string): Promise<unknown> {
    const body = { enabled, reason: reason || undefined };
    return this.#http.json('/api/v1/admin/maintenance', { method: 'POST', body });
  }

  #told<Data>(path: string, signal?: AbortSignal): Promise<Told<Data>> {
    return this.#http.json(path, { signal });
  }
}

function placeOf(target: BroadcastTarget): string {
  return target.kind === 'system' ? 'system' : `${target.kind}/${encodeURIComponent(target.id)}`;
}
