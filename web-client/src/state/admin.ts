/**
 * The server as admins look at it: asked again and again while somebody looks, and what they do to it.
 */

import type { ConnectionInfo, ConnectionsView, VersionedGraph, WebsocketStatus } from '@protocol';
import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import {
  AdminApi,
  type AuditFilter,
  type InspectedSession,
  isAbsent,
  type LoadedSession,
  Refusal,
} from '../net/index.ts';
import { begin, type EventKind, type EventLog, goOn } from './event-log.ts';
import { type Tally, tally } from './rates.ts';
import { api } from './server.ts';
import { unproved, who } from './who.ts';

export const adminApi = new AdminApi('', () => who.getState(), unproved);

/** How often what changes all the time is asked for, in milliseconds. */
const OFTEN = 1_500;
/** What is large, or changes less. */
const SELDOM = 5_000;
/** The most connections that are listed. */
const MOST_CONNECTIONS = 20_000;
/** So many are read as often as anything. */
const FEW_CONNECTIONS = 2_000;
/** The most sessions that are listed. */
const MOST_SESSIONS = 1_000;
/** Events that are read at once. */
const EVENTS = 1_000;
/** Entries of the audit log that are read at once. */
const AUDIT_PAGE = 200;

const ADMIN = ['admin'] as const;

/** An answer with how fast what it counts grows. */
export type Counted<Answer> = Answer & { readonly tally: Tally };

/** What is asked for as long as it is shown and the window is seen; nobody asks on where nothing will come. */
function polled<Answer>(
  key: readonly unknown[],
  ask: (signal: AbortSignal, before: Answer | undefined) => Promise<Answer>,
  every: number | ((answer: Answer | undefined) => number) = OFTEN,
) {
  return queryOptions<Answer>({
    queryKey: [...ADMIN, ...key],
    queryFn: ({ client, queryKey, signal }) => ask(signal, client.getQueryData<Answer>(queryKey)),
    retry: false,
    staleTime: OFTEN / 2,
    // What was read is replaced as a whole: to compare thousands of rows takes longer than to draw some.
    structuralSharing: false,
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) => {
      if (isFinal(state.error)) return false;
      return typeof every === 'number' ? every : every(state.data as Answer | undefined);
    },
  });
}

/** Whether the same question has the same answer for as long as anybody looks. */
function isFinal(error: unknown): boolean {
  return (
    isAbsent(error) || (error instanceof Refusal && ['FORBIDDEN', 'UNAUTHENTICATED'].includes(error.code))
  );
}

/** Reads again what is shown. */
export function refreshAdmin(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ADMIN });
}

/** How it is with the server; refused to who is no admin. */
export function useServerStatus() {
  return useQuery(
    polled<Counted<WebsocketStatus>>(['status'], async (signal, before) => {
      const status = await adminApi.status(signal);
      const { messages_received, messages_sent, errors_count } = status.service;
      const totals = new Map([['server', [messages_received, messages_sent, errors_count]]]);
      return { ...status, tally: tally(before?.tally, Date.now(), totals) };
    }),
  );
}

/** A list of sessions with the totals that rates are made of. */
interface Sessions {
  readonly sessions: readonly LoadedSession[];
  readonly total: number;
}

function totalsOf({ session_id, commands, events }: LoadedSession): [string, readonly number[]] {
  return [session_id, [commands, events]];
}

export function useLoadedSessions(search: string) {
  return useQuery({
    ...polled<Counted<Sessions>>(['sessions', search], async (signal, before) => {
      const list = await adminApi.sessions(MOST_SESSIONS, search, signal);
      return { ...list, tally: tally(before?.tally, Date.now(), new Map(list.sessions.map(totalsOf))) };
    }),
    placeholderData: keepPreviousData,
  });
}

export function useLoadedSession(id: string) {
  return useQuery(
    polled<Counted<InspectedSession>>(['session', id], async (signal, before) => {
      const session = await adminApi.session(id, signal);
      const members = session.members_list.map(({ connection_id, received, sent }): [string, number[]] => [
        connection_id,
        [received, sent],
      ]);
      const totals = new Map([totalsOf(session), ...members]);
      return { ...session, tally: tally(before?.tally, Date.now(), totals) };
    }),
  );
}

export function useConnections() {
  return useQuery(
    polled<Counted<ConnectionsView>>(
      ['connections'],
      async (signal, before) => {
        const view = await adminApi.connections(MOST_CONNECTIONS, signal);
        const totals = new Map(view.connections.map(countsOf));
        return { ...view, tally: tally(before?.tally, Date.now(), totals) };
      },
      (view) => ((view?.connections.length ?? 0) > FEW_CONNECTIONS ? SELDOM : OFTEN),
    ),
  );
}

function countsOf({ connection_id, message_count, messages_sent }: ConnectionInfo): [string, number[]] {
  return [connection_id, [message_count, messages_sent]];
}

export function useCharts(minutes: number) {
  return useQuery(polled(['charts', minutes], (signal) => adminApi.charts(minutes, signal), SELDOM));
}

export function useAlerts() {
  return useQuery(polled(['alerts'], (signal) => adminApi.alerts(signal), SELDOM));
}

export function useSystem() {
  return useQuery(polled(['system'], (signal) => adminApi.system(signal), SELDOM));
}

export function useMaintenance() {
  return useQuery(polled(['maintenance'], (signal) => adminApi.maintenance(signal), SELDOM));
}

export function usePresenceIn(sessionId: string) {
  return useQuery(polled(['presence', sessionId], (signal) => api.presence(sessionId, signal)));
}

/** What happened in a session, as it happens. */
export function useEventLog(session: InspectedSession, kind: EventKind) {
  const { session_id } = session;
  return useQuery(
    polled<EventLog>(['events', session_id, kind], async (signal, before) => {
      const log = before ?? begin(session, kind);
      const page = await adminApi.events(session_id, kind, log.place, EVENTS, signal);
      return goOn(log, page, kind);
    }),
  );
}

/** The audit log, page by page. */
export function useAudit(filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: [...ADMIN, 'audit', filter],
    queryFn: ({ pageParam, signal }) =>
      adminApi.audit({ ...filter, limit: AUDIT_PAGE, before: pageParam }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

/** What became of a broadcast, until that is over. */
export function useBroadcast(broadcastId: string | undefined) {
  return useQuery({
    ...polled(
      ['broadcast', broadcastId],
      (signal) => adminApi.broadcastState(broadcastId ?? '', signal),
      (state) => (state?.is_complete ? Number.POSITIVE_INFINITY : OFTEN),
    ),
    enabled: broadcastId !== undefined,
  });
}

/** A place in a project's journal that somebody wants to see; nothing for the present. */
export interface Place {
  readonly at: number | undefined;
  /** Whether somebody comes from behind it. */
  readonly isBack: boolean;
}

/** A project's graph as it was at a place, or as it is: that is read again once there is something behind it. */
export function useGraphAt(projectId: string, place: Place, head: number) {
  return useQuery({
    ...polled(
      ['graph', projectId, place],
      (signal, before: VersionedGraph | undefined) =>
        before && before.seq >= head ? Promise.resolve(before) : graphAt(projectId, place, signal),
      () => (place.at === undefined ? SELDOM : Number.POSITIVE_INFINITY),
    ),
    placeholderData: keepPreviousData,
  });
}

/** Nobody ever saw a command half done: in the middle of one it is its end that counts, or what was before it. */
async function graphAt(projectId: string, { at, isBack }: Place, signal: AbortSignal) {
  try {
    return await api.graphAt(projectId, at, signal);
  } catch (error) {
    const { seq_first = 0, seq_last } = (detailsOf(error) ?? {}) as { seq_first?: number; seq_last?: number };
    if (seq_last === undefined) throw error;
    return api.graphAt(projectId, isBack && seq_first > 1 ? seq_first - 1 : seq_last, signal);
  }
}

function detailsOf(error: unknown): unknown {
  return error instanceof Refusal ? error.details : undefined;
}
