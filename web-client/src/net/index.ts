/**
 * The client library: sessions over Socket.IO, routes over REST. It knows no React.
 */

export { AdminApi, type AuditFilter, isAbsent } from './admin-api.ts';
export type {
  BroadcastInfo,
  BroadcastTarget,
  BroadcastWish,
  ChartName,
  ChartPoint,
  Charts,
  InspectedSession,
  LoadedSession,
  ServerAlert,
  SessionMember,
  SessionStream,
  System,
} from './admin-types.ts';
export { Api, type HistoryFilter, type Page } from './api.ts';
export { backoff } from './backoff.ts';
export type { TakeBackOptions } from './commands.ts';
export { Conversation } from './conversation.ts';
export { ConversationApi } from './conversation-api.ts';
export type { Credentials } from './credentials.ts';
export type { Progress } from './http.ts';
export { newId } from './id.ts';
export { DatabaseOutbox, MemoryOutbox, type Outbox, type OutboxEntry, openOutbox } from './outbox.ts';
export { Refusal } from './refusal.ts';
export { Session } from './session.ts';
export type { SessionEvents, SessionOptions, Status } from './session-events.ts';
