/**
 * What the routes for admins answer about the server: its sessions, its last hour, its alerts, and what became of a broadcast.
 */

/** A loaded session, with what is counted since it was loaded. */
export interface LoadedSession {
  readonly session_id: string;
  /** Null for a session without a project. */
  readonly project_id: string | null;
  readonly name: string | null;
  readonly state: string;
  readonly seq: number;
  readonly nodes: number;
  readonly members: number;
  readonly lagging: number;
  /** Events that members have yet to be handed. */
  readonly behind: number;
  /** Commands that wait. */
  readonly mailbox: number;
  readonly ring_items: number;
  readonly ring_bytes: number;
  readonly commands: number;
  readonly events: number;
  readonly last_activity_at: string;
}

export interface SessionMember {
  readonly connection_id: string;
  readonly client_id: string;
  readonly user_id: string;
  readonly display_name: string | null;
  readonly transport: string;
  readonly protocol: string;
  readonly address: string;
  readonly connected_at: string;
  readonly delivery: string;
  readonly role: string | null;
  readonly behind: number;
  readonly queued_packets: number;
  readonly queued_bytes: number;
  readonly lag_ms: number | null;
  readonly round_trip_ms: number | null;
  readonly token_expires_at: string | null;
  readonly received: number;
  readonly sent: number;
  readonly last_activity_at: string;
}

/** An answer of the assistant that is being written. */
export interface SessionStream {
  readonly stream_id: string;
  readonly conversation_id: string;
  readonly model: string;
  readonly length: number;
  readonly started_at: string;
}

export interface InspectedSession extends LoadedSession {
  readonly loaded_at: string;
  readonly epoch: string | null;
  readonly members_list: readonly SessionMember[];
  readonly streams: readonly SessionStream[];
}

export interface LoadedSessions {
  readonly sessions: readonly LoadedSession[];
  readonly total: number;
}

/** One moment of the last hour; what was not measured is null. */
export type ChartPoint = { readonly at: string } & {
  readonly [Name in ChartName]?: number | null;
};
export type ChartName =
  | 'connections'
  | 'sessions'
  | 'members'
  | 'commands_per_second'
  | 'events_per_second'
  | 'deliveries_per_second'
  | 'refused_per_second'
  | 'cpu'
  | 'memory_bytes'
  | 'command_p99_ms'
  | 'event_loop_lag_ms'
  | 'active_alerts';

export interface Charts {
  readonly interval_seconds: number;
  readonly points: readonly ChartPoint[];
}

export interface ServerAlert {
  readonly id: string;
  readonly type: string;
  readonly component?: string | null;
  readonly metric?: string | null;
  readonly value?: number | null;
  readonly threshold?: number | null;
  readonly severity: string;
  readonly message: string;
  readonly timestamp: string;
  readonly resolved: boolean;
  readonly resolved_at?: string | null;
  readonly acknowledged: boolean;
  readonly acknowledged_by?: string | null;
  readonly acknowledged_at?: string | null;
  readonly occurrences: number;
}

/** How it is with the server's parts, as far as it is read here. */
export interface SystemState {
  readonly health?: {
    readonly components?: Readonly<Record<string, unknown>>;
    readonly component_health?: Readonly<Record<string, unknown>>;
  };
}

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

/** What became of a broadcast so far. */
export interface BroadcastState {
  readonly target_count?: number;
  readonly delivered_count?: number;
  readonly failed_count?: number;
  readonly is_complete?: boolean;
}

export interface Maintenance {
  readonly enabled: boolean;
  readonly reason?: string | null;
}

/** Whom to disconnect. */
export type Disconnected =
  | { readonly connection_id: string }
  | { readonly user_id: string }
  | { readonly session_id: string };
