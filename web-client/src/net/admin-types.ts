/**
 * What an admin asks for, and shorter names for what the routes for admins answer. The answers are those of the protocol.
 */

import type { Alert, ChartPoint } from '@protocol';

export type {
  BroadcastInfo,
  ChartPoint,
  Charts,
  InspectedSession,
  LoadedSession,
  LoadedSessions,
  MaintenanceView,
  SessionMember,
  SessionStream,
  System,
} from '@protocol';

export type ServerAlert = Alert;

/** What is measured at each moment. */
export type ChartName = Exclude<keyof ChartPoint, 'at'>;

/** Whom a broadcast is for. */
export type BroadcastTarget =
  | { readonly kind: 'system' }
  | { readonly kind: 'project' | 'session' | 'user' | 'connection'; readonly id: string };

export interface BroadcastWish {
  readonly target: BroadcastTarget;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly priority: 'low' | 'normal' | 'high';
  /** Whether clients have to say that they got it. */
  readonly isAcknowledged: boolean;
}

/** Whom to disconnect: the protocol's `Disconnect`, of which one is named. */
export type Disconnected =
  | { readonly connection_id: string }
  | { readonly user_id: string }
  | { readonly session_id: string };
