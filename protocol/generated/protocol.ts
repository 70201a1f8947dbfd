// The types of Graphroom's wire, made by `make generate`: do not edit.

/** The answer to a command that was carried out. */
export type Accepted = {
  success: true;
  /** The client's, or one that the server made. */
  command_id: string;
  /** The command's last event; the head if there was nothing to undo. */
  seq: number;
  /** The node that was created. */
  node_id?: string;
  /** The nodes that a batch created, or the topmost copies of a kit, in order. */
  node_ids?: Array<string>;
  /** Whether there is a step to undo in the scope that counts for the caller. */
  undo_available: boolean;
  /** Whether there is a step to redo in that scope. */
  redo_available: boolean;
  /** Whether something was changed since the last save. */
  is_dirty: boolean;
  /** The command was carried out before; nothing happened this time. */
  duplicate?: boolean;
  /** What an undo or redo left alone. */
  conflicts?: Array<Conflict>;
  /** How many conflicts there are beyond those. */
  conflicts_omitted?: number;
  /** Where the first node whose parent is gone was put; null if it became a root. */
  reparented_to?: string | null;
  /** There was no step to take back. */
  nothing_to_undo?: boolean;
  /** The whole graph, where it was asked for; null if it is too large to send along. */
  graph?: (GraphTree | null);
  /** The `seq` that the graph includes. */
  graph_seq?: number;
  /** The graph was asked for and is too large to send along: read it by its own route. */
  graph_omitted?: boolean;
};

/** `broadcast_ack`: the client has a broadcast. */
export type AcknowledgeBroadcast = {
  /** The id that came along with it. */
  broadcast_id: string;
};

/** The broadcasts that are remembered. */
export type ActiveBroadcasts = {
  /** All of them. */
  total: number;
  /** Those of which nothing is waited for. */
  completed: number;
  /** The others. */
  pending: number;
};

/** Fields of `AdoptTemplate`. */
export type AdoptTemplateData = {
  /** Which template; the one that the project has if it does not say. */
  template_id?: string | null;
};

/** How an answer came about. */
export type AiMetadata = {
  /** What is remembered of it. Nothing yet. */
  memory_keys: Array<string>;
  /** The nodes of the project that it was shown. */
  dependencies: Array<string>;
  /** How many earlier messages and nodes it was shown. */
  context_items: number;
  /** How long the assistant took, in seconds. */
  processing_time: number;
  /** Always 1: no answer that was begun is asked for again. */
  attempt: number;
  /** How thoroughly it should be looked at: `none`, `low`, `medium` or `high`. */
  verification_intensity: string;
  /** The model. */
  model_info: ModelInfo;
  error_info: null;
  /** Names the request, as in its events. */
  request_id: string;
};

/** The message is answered. */
export type AiProcessingEndEvent = {
  /** Its own name. */
  event: "ai_processing_end";
  /** Names the request. */
  request_id: string;
  success: true;
  /** How sure the assistant is, from 0 to 1. */
  confidence: number;
  /** How long everything took, in seconds. */
  processing_time: number;
  /** Whether somebody should look at the answer; the same as in the request's answer. */
  verification_required: boolean;
  /** The project. */
  project_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The message is not answered. */
export type AiProcessingErrorEvent = {
  /** Its own name. */
  event: "ai_processing_error";
  /** Names the request. */
  request_id: string;
  /** For people. */
  error: string;
  /** The project. */
  project_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A stage of that began or ended. */
export type AiProcessingProgressEvent = {
  /** Of `context_analysis`: the share of the terms that something is known of. */
  context_score?: number;
  /** Of `context_analysis`: how much is known for a message with so many terms. */
  completeness_score?: number;
  /** Of `context_analysis`: the mean of both. */
  confidence_score?: number;
  /** Of `ai_generation` and `verification`: from 0 to 1. */
  confidence?: number;
  /** Of `ai_generation`: how long that took, in seconds. */
  processing_time?: number;
  /** Of `ai_generation`: what is remembered of it. Nothing yet. */
  memory_keys?: Array<string>;
  /** Of `verification` that is required: what to ask whoever wrote the message. */
  verification_prompt?: string;
  /** Of `verification` that began: how thorough it is. */
  verification_intensity?: string;
  /** Of `verification` that ended: whether the answer holds. */
  verified?: boolean;
  /** Of `verification` that ended: why, at most 200 characters of it. */
  feedback?: string;
  /** Of `verification` that failed: what happened. */
  error?: string;
  /** Its own name. */
  event: "ai_processing_progress";
  /** Names the request. */
  request_id: string;
  /** `context_analysis`, `ai_generation` or `verification`. */
  stage: string;
  /** `started`, `completed`, `required` or `error`. */
  status: string;
  /** The project. */
  project_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The assistant begins to work on a message. */
export type AiProcessingStartEvent = {
  /** Its own name. */
  event: "ai_processing_start";
  /** Names the request in all its events and in its answer. */
  request_id: string;
  /** The whole message. */
  user_message: string;
  /** The project. */
  project_id: string;
  /** The session as the client named it. */
  session_id: string | null;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** An answer of the assistant's. */
export type AiResponse = {
  /** The message in its conversation. */
  id: string;
  /** In plain words. */
  user_explanation: string;
  /** What to do, for who does it. */
  technical_instruction: string;
  /** How sure it is, from 0 to 1. */
  confidence: number;
  /** How it came about. */
  metadata: AiMetadata;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** `verification_required` or `completed`. */
  status: string;
};

/** An answer of the assistant's in a conversation of the project is complete. */
export type AiResponseGeneratedEvent = {
  /** Its own name. */
  event: "ai_response_generated";
  /** The project. */
  project_id: string;
  /** Where it was asked. */
  conversation_id: string;
  /** The message that it is. */
  message_id: string;
  /** How it begins: 100 characters at most, and `...` if there is more. */
  content_preview: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** Something that is wrong, or was: one for as long as it lasts, whatever causes it and how often. */
export type Alert = {
  /** Names it. */
  id: string;
  /** What it is about. */
  type: AlertType;
  /** The component that does not work; only if it is one. */
  component?: string | null;
  /** What was measured; only if something was. */
  metric?: string | null;
  /** How much it was when it was worst; null for a component. */
  value: number | null;
  /** How much it may be; null for a component. */
  threshold: number | null;
  /** How bad it is, or was at its worst. */
  severity: AlertSeverity;
  /** For people. */
  message: string;
  /** When it was raised: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** Whether it is over. */
  resolved: boolean;
  /** When it was over. */
  resolved_at: string | null;
  /** Whether an admin has seen it. */
  acknowledged: boolean;
  /** Who. */
  acknowledged_by: string | null;
  /** When. */
  acknowledged_at: string | null;
  /** How often its cause was seen while it lasted. */
  occurrences: number;
};

/** The answer to `POST /api/websocket/status/alerts/{alert_id}/acknowledge`. */
export type AlertAnswer = {
  success: true;
  /** The alert as it is now. */
  data: Alert;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How bad something is that lasts. */
export type AlertSeverity = "warning" | "high" | "critical";

/** What an alert is about. */
export type AlertType = "component_failure" | "performance" | "error" | "scalability" | "resource";

/** The answer to `GET /api/websocket/status/alerts`. */
export type AlertsAnswer = {
  success: true;
  /** The newest first. */
  data: Array<Alert>;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A graph event, or an event of the stream. */
export type AnyEvent = (AnyGraphEvent | StreamEvent);

/** A graph event, whichever. */
export type AnyGraphEvent = (NodeCreatedEvent | NodeDeletedEvent | NodeUpdatedEvent | PropertyChangedEvent | PropertyDeletedEvent | NodeLinkedEvent | NodeUnlinkedEvent | BlockingChangedEvent | ProjectUpdatedEvent | TemplateAdoptedEvent | GraphReplacedEvent | SessionClosedEvent | SessionStateEvent | CommandUndoEvent | CommandRedoEvent);

/** The answer to `GET /api/v1/admin/keys`. */
export type ApiKeyList = {
  /** All of them, oldest first. */
  keys: Array<ApiKeyView>;
};

/** The answer to `POST /api/v1/admin/users/{user_id}/keys`. */
export type ApiKeyMade = (ApiKeyView & {
  /** What is shown. It is told this once. */
  api_key: string;
});

/** The answer to `DELETE /api/v1/admin/keys/{key_id}`. */
export type ApiKeyRevoked = {
  success: true;
  /** Which. */
  key_id: string;
};

/** An API key, without what is shown. */
export type ApiKeyView = {
  /** Names the key; it is no secret. */
  key_id: string;
  /** Whose it is. */
  user_id: string;
  /** What it is called. */
  name: string;
  /** When it was made. */
  created_at: string;
  /** When its time is over, if ever. */
  expires_at?: string | null;
};

/** Fields of `ApplyKit`. */
export type ApplyKitData = {
  /** Where the copies go. */
  target_id: string;
  /** Whose children are copied, whole subtrees. */
  kit_root_id: string;
};

/** How the assistant is to answer. */
export type Ask = {
  /** Another model than the server's own; one of those that it allows. */
  model?: string | null;
  /** How freely, from 0 to 2. */
  temperature?: number | null;
  /** The most tokens of the answer; at most what the server allows. */
  max_tokens?: number | null;
  /** The node of the conversation's project whose subtree the assistant is shown. */
  node_id?: string | null;
};

/** An answer of the assistant's ended; its message comes next. */
export type AssistantEndEvent = {
  /** Its own name. */
  event: "assistant:end";
  /** Where. */
  conversation_id: string;
  /** Of which answer. */
  stream_id: string;
  /** Why it ended. */
  reason: EndOfAnswer;
  /** The message that its text became, which `new_message` tells next; none of an answer without any text. */
  message_id: string | null;
  /** Tokens as the model counts them, or pieces as they came where it was not asked any more. */
  total_tokens: number;
  /** How long it took, in milliseconds. */
  latency_ms: number;
  /** What went wrong. */
  error?: ErrorBody;
};

/** The assistant begins an answer. */
export type AssistantStartEvent = {
  /** Its own name. */
  event: "assistant:start";
  /** Where. */
  conversation_id: string;
  /** Names the answer. */
  stream_id: string;
  /** Which model writes it. */
  model: string;
  /** The message that it answers. */
  reply_to?: string;
};

/** How it is with the assistant. */
export type AssistantState = "answers" | "away" | "none";

/** Whether the assistant's server answers. */
export type AssistantStatus = "healthy" | "unhealthy";

/** The assistant goes on with an answer. */
export type AssistantTokenEvent = {
  /** Its own name. */
  event: "assistant:token";
  /** Where. */
  conversation_id: string;
  /** Of which answer. */
  stream_id: string;
  /** How many characters (Unicode scalar values) of the answer come before. */
  offset: number;
  /** What comes next: one token, or several where the client takes them more slowly than they come. */
  token: string;
};

/** Something that happened, or was refused. */
export type AuditEntryView = {
  /** Grows with every entry. */
  id: number;
  /** When; of several that are one entry, the last. */
  at: string;
  /** What. */
  kind: AuditKind;
  /** Whether it was done. */
  outcome: AuditOutcome;
  /** Who did it, or claimed to be who wanted it. */
  user_id?: string | null;
  /** From where. */
  address?: string | null;
  /** In which project. */
  project_id?: string | null;
  /** To what or whom it was done. */
  target?: string | null;
  /** What else there is to say, by kind; `count` if it is more than one in ten seconds. */
  detail?: unknown;
};

/** What an entry is about. */
export type AuditKind = "tokens-issued" | "tokens-refreshed" | "refresh-reused" | "token-revoked" | "sign-in-failed" | "locked-out" | "user-created" | "user-changed" | "api-key-created" | "api-key-revoked" | "invitation-created" | "invitation-used" | "invitation-revoked" | "session-token-created" | "session-token-revoked" | "signing-key-created" | "signing-key-removed" | "role-set" | "role-removed" | "connected" | "authenticated" | "disconnected" | "joined" | "refused" | "over-limit" | "sessions-cleaned-up" | "session-unloaded" | "connections-ended" | "alert-acknowledged" | "error-resolved" | "broadcast-sent" | "maintenance-set" | "project-deleted" | "conversation-deleted" | "entries-dropped";

/** What became of what somebody wanted. */
export type AuditOutcome = "done" | "denied";

/** The answer to `GET /api/v1/admin/audit`. */
export type AuditPageView = {
  /** The newest first. */
  entries: Array<AuditEntryView>;
  /** The `before` of the next page; null if this is the last one. */
  next?: number | null;
};

/** What the caller showed ends soon: `auth:refresh` goes on without a break. */
export type AuthExpiringEvent = {
  /** Its own name. */
  event: "auth:expiring";
  /** When it ends: from then on the connection only reads. */
  expires_at: string;
  /** How long it takes until the connection is ended, if nothing newer is shown. */
  cut_in_ms: number;
};

/** The answer to `GET /auth/health`. */
export type AuthHealth = {
  /** `healthy`. */
  status: string;
  /** `authentication`. */
  service: string;
  /** What time it is there. */
  timestamp: string;
};

/** The argument of `authenticate` and `auth:refresh`: one of the credentials. */
export type Authenticate = {
  /** Whom the client takes itself for. If it is there it has to be whom the credentials name. */
  user_id?: string | null;
  /** An access token, or any of the others. */
  token?: string | null;
  /** An API key. */
  api_key?: string | null;
  /** A session token. */
  session_token?: string | null;
};

/** The acknowledgement of `authenticate` and `auth:refresh`. */
export type Authenticated = {
  success: true;
  /** Who the connection is now. */
  user_id: string;
  /** Until when; missing where there is no end. */
  expires_at?: string;
};

/** The caller's credentials do not count. */
export type AuthenticationFailed = {
  /** For people; the same whatever is wrong with the credentials. */
  error: string;
};

/** The caller is who it says it is. */
export type AuthenticationSuccess = {
  /** Who the connection is now. */
  user_id: string;
  /** When that was found out. */
  timestamp: string;
};

/** Who gave a command. */
export type AuthorView = {
  /** The key of undo steps and idempotency. */
  user_id: string;
  /** For people. */
  name?: string;
  /** The connection it came over. */
  client_id?: string;
};

/** Fields of `Batch`. */
export type BatchData = {
  /** In their order. No `Batch` among them. */
  commands: Array<SingleCommand>;
};

/** The answer to `GET /api/v1/projects/{id}/nodes/{node_id}/blame`: who wrote last what a node is. */
export type Blame = {
  /** The project. */
  project_id: string;
  /** The node. */
  node_id: string;
  /** The journal's identity. */
  epoch: string;
  /** The head that it was read at. */
  seq: number;
  /** Who made the node, or brought it back. */
  existence: LastWrite;
  /** Who put it where it stands. */
  place: PlaceWrite;
  /** Who said what it waits for; null if nobody ever did. */
  blocked_by: (ValueWrite | null);
  /** Who wrote its properties, by their ids, the name among them. */
  properties: Record<string, ValueWrite>;
};

/** A node waits for another one, or no longer. */
export type BlockingChangedEvent = {
  /** Its own name. */
  event: "blocking-changed";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The node that waits. */
  blocked_node_id: string;
  /** What it waits for now. */
  blocking_node_id: string | null;
  /** What it waited for before. */
  old_blocking_node_id: string | null;
};

/** One thing that is wrong with a body. */
export type BodyFault = {
  /** `missing`, `string_type`, `int_parsing`, `json_invalid`, `model_attributes_type` or `value_error`. */
  type: string;
  /** Where: `body` or `query`, then the field. */
  loc: Array<string>;
  /** For people. */
  msg: string;
};

/** What a breaker does. */
export type BreakerState = "closed" | "open" | "half_open";

/** How a breaker stands: what failed several times in a row is left alone for a while. */
export type BreakerView = {
  /** `closed`, everybody is let through; `open`, nobody is; `half_open`, one at a time is. */
  state: BreakerState;
  /** Failures since the last time that all was well. */
  failure_count: number;
  /** When the last one was. */
  last_failure_time: string | null;
  /** Successes since it tries again. */
  success_count: number;
};

/** The acknowledgement of `broadcast_ack`. */
export type BroadcastAcknowledged = {
  success: true;
  /** The broadcast. */
  broadcast_id: string;
  /** Whether the server waited to be told so, by this connection. */
  acknowledged: boolean;
};

/** The answer to who sent a broadcast. */
export type BroadcastAnswer = {
  success: true;
  /** What was sent. */
  data: BroadcastSent;
};

/** The body of a broadcast: what the event carries. 64 KiB at most. */
export type BroadcastData = Record<string, unknown>;

/** How it is with one broadcast. */
export type BroadcastInfo = {
  /** Names it: its `broadcast_id`. */
  message_id: string;
  /** The name of the event. */
  event_type: string;
  /** What kind of receivers it is for. */
  target_type: string;
  /** How many connections it is for. */
  target_count: number;
  /** How many were handed it: it is on its way to their clients. */
  delivered_count: number;
  /** How many said that they have it. */
  acknowledged_count: number;
  /** How many it failed for: they were gone before, or did not say that they have it. */
  failed_count: number;
  /** How often it was tried. */
  attempts: number;
  /** ISO 8601, UTC, microseconds, `Z`. */
  created_at: string;
  /** Whether nothing is waited for. */
  is_complete: boolean;
  /** Whether receivers have to say that they have it. */
  require_ack: boolean;
  /** How urgent it is. */
  priority: number;
};

/** The answer to `GET /api/websocket/broadcast/{broadcast_id}`. */
export type BroadcastInfoAnswer = {
  success: true;
  /** The broadcast. */
  data: BroadcastInfo;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/websocket/broadcast/active` and `/failed`. */
export type BroadcastListAnswer = {
  success: true;
  /** The broadcasts, the newest first, fifty at most. */
  data: Array<BroadcastInfo>;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** An event of a client's own, for everybody else who hears the project. */
export type BroadcastMessageEvent = {
  /** Its own name. */
  event: "broadcast_message";
  /** What the client calls its event. */
  event_type: string;
  /** What it says. */
  data: Record<string, unknown>;
  /** The project. */
  project_id: string;
  /** Whose event it is. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How many broadcasts wait to be handed over. */
export type BroadcastQueues = {
  /** Of priority 3 and more. */
  high_priority: number;
  /** Of priority 2. */
  normal_priority: number;
  /** Of priority 1 and less. */
  low_priority: number;
};

/** A broadcast that is tried again. */
export type BroadcastRetried = {
  /** Names it. */
  broadcast_id: string;
  /** For how many it is tried again: those that it failed for. */
  retried: number;
};

/** The answer to `POST /api/websocket/broadcast/{broadcast_id}/retry`. */
export type BroadcastRetryAnswer = {
  success: true;
  /** What is tried again. */
  data: BroadcastRetried;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A broadcast that was taken, and will be handed over. */
export type BroadcastSent = {
  /** Names it. */
  broadcast_id: string;
  /** The project that it is for. */
  project_id?: string;
  /** The user that it is for. */
  user_id?: string;
  /** The session that it is for. */
  session_id?: string;
  /** The client that it is for. */
  client_id?: string;
  /** The connection that it is for. */
  connection_id?: string;
  /** The conversation that it is for. */
  conversation_id?: string;
  /** The name of the event. */
  event_type: string;
  /** How urgent it is. */
  priority: number;
  /** How many connections it is for. */
  target_count: number;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** All broadcasts in numbers, since the server started. */
export type BroadcastStats = {
  /** What waits. */
  queues: BroadcastQueues;
  /** What is remembered. */
  active_broadcasts: ActiveBroadcasts;
  /** How many there were. */
  total_broadcasts: number;
  /** How many receivers they had in all. */
  total_receivers: number;
  /** How many of those were handed theirs or, where that was asked for, said that they have it. */
  successful_deliveries: number;
  /** How many it failed for. */
  failed_deliveries: number;
  /** Attempts beside the first of each. */
  retry_count: number;
  /** Successful deliveries of all receivers, from 0 to 1. */
  success_rate: number;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/websocket/broadcast/stats`. */
export type BroadcastStatsAnswer = {
  success: true;
  /** The numbers. */
  data: BroadcastStats;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** `chat:cancel` */
export type CancelAnswer = {
  /** Where. */
  conversation_id: string;
  /** Which answer. */
  stream_id: string;
};

/** The body of `PATCH /api/v1/conversations/{conversation_id}`. What is not there stays as it is. */
export type ChangeConversation = {
  /** What people call it from now on. */
  title?: string | null;
  /** Whether it goes on. */
  status?: (ConversationStatus | null);
  /** What clients want to know of it from now on: an object of at most 16 KiB. */
  metadata?: Record<string, unknown> | null;
};

/** The body of `PATCH /api/v1/admin/users/{user_id}`. What is not there stays as it is. */
export type ChangeUser = {
  /** What people call it from now on. */
  name?: string | null;
  /** Its password from now on. */
  password?: string | null;
  /** Whether it may do everything. */
  is_admin?: boolean | null;
  /** Whether it may do nothing. */
  is_disabled?: boolean | null;
};

/** What was measured at a moment; what is by second is so since the point before. */
export type ChartPoint = {
  /** When: ISO 8601, UTC, microseconds, `Z`. */
  at: string;
  /** Connections that there were. */
  connections: number;
  /** Sessions that were loaded. */
  sessions: number;
  /** Connections that were in sessions, once for each session. */
  members: number;
  /** Commands that were answered. */
  commands_per_second: number;
  /** Graph events that were committed. */
  events_per_second: number;
  /** Graph events that members were handed. */
  deliveries_per_second: number;
  /** What came over connections and was refused. */
  refused_per_second: number;
  /** The share of the machine's processors that the process used, from 0 to 1. */
  cpu: number;
  /** The memory that it used. */
  memory_bytes: number;
  /** 99 of 100 commands took no longer. */
  command_p99_ms: number;
  /** By how much a timer of 100 ms was late at most. */
  event_loop_lag_ms: number;
  /** Alerts that lasted. */
  active_alerts: number;
};

/** The answer to `GET /api/v1/admin/charts`. */
export type Charts = {
  /** How far the points are apart. */
  interval_seconds: number;
  /** Oldest first; those of the last hour at most. */
  points: Array<ChartPoint>;
};

/** The answer to `GET /api/chat/context/{project_id}`. */
export type ChatContext = {
  /** The project. */
  project_id: string;
  /** The conversation that the session is. */
  session_id: string;
  /** What its last question is about. */
  key_terms: Array<string>;
  /** How many earlier messages and nodes were looked at. */
  memory_count: number;
  /** Those of them with a term in them, 200 characters of each. */
  relevant_memories: Array<string>;
  /** The share of the terms that something is known of. */
  context_score: number;
  /** How much is known for a message with so many terms. */
  completeness_score: number;
  /** The mean of both. */
  confidence_score: number;
  /** What would help the assistant. */
  suggested_actions: Array<string>;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A message of a project's chat. */
export type ChatEntry = {
  /** The message in its conversation. */
  id: string;
  /** `user`, `ai_pm` or `system`. */
  role: string;
  /** What it says. */
  content: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** Whose it is. */
  user_id: string;
  /** What is kept with it; null if nothing is. */
  metadata: Record<string, unknown> | null;
};

/** The answer to `GET /ws/health`. */
export type ChatHealth = {
  /** Always `healthy`: the process answers. */
  status: string;
  /** Always `websocket`. */
  service: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** What is counted. */
  metrics: ChatMetrics;
  /** Whether the assistant's server answers. */
  ollama_status: AssistantStatus;
  /** The same, and whether there is one at all. */
  assistant: AssistantState;
};

/** The answer to `GET /api/chat/history/{project_id}`. */
export type ChatHistory = {
  /** The project. */
  project_id: string;
  /** The conversation that the session is. */
  session_id: string;
  /** The latest messages, oldest first. */
  messages: Array<ChatEntry>;
  /** How many of them are here. */
  total_count: number;
  /** Whether there are earlier ones. */
  has_more: boolean;
};

/** What is counted of `/ws/chat`; totals are since the server's start. */
export type ChatMetrics = {
  /** Connected now. */
  active_connections: number;
  /** Clients of those. */
  unique_clients: number;
  /** Ever connected. */
  total_connections: number;
  /** Frames that were sent. */
  total_messages: number;
  /** Tokens among them. */
  total_tokens: number;
  /** Errors among them. */
  total_errors: number;
  /** How many may be connected. */
  max_connections: number;
};

/** A message that is worked on. */
export type ChatRequest = {
  /** Names it in its events. */
  request_id: string;
  /** The session as the client named it. */
  session_id: string | null;
  /** `processing` or `generating`. */
  status: string;
  /** For how long, in seconds. */
  processing_time: number;
};

/** The answer to `DELETE /api/chat/sessions/{project_id}/{chat_session_id}`. */
export type ChatSessionDeleted = {
  /** For people. */
  message: string;
  /** The session. */
  session_id: string;
  /** The project. */
  project_id: string;
};

/** A session of a project's chat. */
export type ChatSessionInfo = {
  /** The conversation that it is. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** What it is called. */
  title: string;
  /** What it is for. */
  description: string | null;
  /** ISO 8601, UTC, microseconds, `Z`. */
  created_at: string;
  /** The time of its latest message; null before the first. */
  last_message_at: string | null;
  /** How many messages it has. */
  message_count: number;
};

/** The answer to `GET /ws/sessions`. */
export type ChatSessionList = {
  /** How many. */
  total_sessions: number;
  /** Each by its id: the caller's own; all of them for who may do everything. */
  sessions: Record<string, ChatSessionView>;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `POST /api/chat/sessions/{project_id}`. */
export type ChatSessionMade = {
  /** The conversation that it is. */
  session_id: string;
  /** What it is called. */
  title: string;
  /** What it is for. */
  description: string | null;
  /** ISO 8601, UTC, microseconds, `Z`. */
  created_at: string;
  /** The project. */
  project_id: string;
  /** For people. */
  message: string;
};

/** A connection to `/ws/chat`. */
export type ChatSessionView = {
  /** Whose it is. */
  client_id: string;
  /** The same as its key. */
  session_id: string;
  /** Where the client is. */
  ip_address: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  connected_at: string;
  /** When a frame last came or went. */
  last_activity: string;
  /** Frames that were sent. */
  message_count: number;
  /** Tokens among them. */
  token_count: number;
  /** Errors among them. */
  error_count: number;
};

/** The answer to `GET /api/chat/stats/{project_id}`. */
export type ChatStats = {
  /** The project. */
  project_id: string;
  /** Its sessions, 100 at most. */
  total_sessions: number;
  /** Their messages. */
  total_messages: number;
  /** The time of the latest; null before the first. */
  last_message_at: string | null;
  /** How many connections hear the project. */
  listeners: number;
  /** What the assistant did since the server's start, for all projects. */
  processing: ProcessingTotals;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/chat/status/{project_id}`. */
export type ChatStatus = {
  /** The project. */
  project_id: string;
  /** `idle`, `processing` or `generating`: what the chat is furthest with. */
  status: string;
  /** Whether the assistant's server answers. */
  assistant_available: boolean;
  /** What is worked on. */
  requests: Array<ChatRequest>;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** What the chat of the project is doing changed. */
export type ChatStatusUpdateEvent = {
  /** Its own name. */
  event: "chat_status_update";
  /** The project. */
  project_id: string;
  /** The session as the client named it. */
  session_id: string | null;
  /** Names the request. */
  request_id: string;
  /** `processing`, `generating`, `completed` or `error`. */
  status: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A round of checks. */
export type Check = {
  /** When: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** Whether every component works. */
  healthy: boolean;
  /** Whether each does, by its names. */
  components: Record<string, boolean>;
  /** How long it took, in seconds. */
  check_duration: number;
};

/** The answer to `POST /api/v1/sessions/cleanup`. */
export type CleanedUp = {
  /** Sessions that were unloaded, or deleted since they never had a project. */
  sessions_removed: number;
  /** Sessions that are still open. */
  active_sessions: number;
};

/** What came of a cleanup. */
export type Cleanup = {
  /** Connections that there were. */
  connections_before: number;
  /** Those that are left. */
  connections_after: number;
  /** Those that were ended. */
  connections_removed: number;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `POST /api/websocket/maintenance/connections/cleanup`. */
export type CleanupAnswer = {
  success: true;
  /** What came of it. */
  data: Cleanup;
};

/** The body of `POST /api/v1/sessions/cleanup`, which may be missing. */
export type CleanupBody = {
  /** Sessions go where nothing happened for so long. */
  max_inactive_hours?: number | null;
};

/** The answer to `POST /api/chat/{client_id}/connect`. */
export type ClientConnected = {
  success: true;
  /** Names the talk in the other requests. */
  session_id: string;
  /** Whose it is. */
  client_id: string;
  /** Where it is: the conversation that was asked for, or a new one. */
  conversation_id: string;
  /** Names it among the connections. */
  connection_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to what a client says, or to its leaving. */
export type ClientHeard = {
  success: true;
  /** The message; null where none was made. */
  message_id: string | null;
  /** The talk. */
  session_id: string;
  /** Where it is; null where it is over. */
  conversation_id: string | null;
  /** Always null: what went wrong is another answer. */
  error: string | null;
};

/** The body of `POST /api/chat/{client_id}/send`. */
export type ClientSays = {
  /** The text, or sound in base64. */
  content: string;
  /** What it is: text has at most 10,000 characters, sound at most 65,536 bytes. */
  mime_type?: string | null;
  /** Whose part it is: nobody speaks for another. */
  role?: string | null;
};

/** The answer to `GET /api/chat/{client_id}/status`. */
export type ClientStatus = {
  /** The talk. */
  session_id: string;
  /** Whose it is. */
  client_id: string;
  /** Where it is. */
  conversation_id: string;
  is_active: true;
  /** ISO 8601, UTC, microseconds, `Z`. */
  created_at: string;
};

/** A command. Fields of `data` that it does not know are ignored. */
export type Command = ({
  /** Makes a node. */
  data: CreateNodeData;
  command_type: "CreateNode";
} | {
  /** Deletes a node and everything below it. */
  data: DeleteNodeData;
  command_type: "DeleteNode";
} | {
  /** Writes a property. `name` is the node's name. */
  data: UpdatePropertyData;
  command_type: "UpdateProperty";
} | {
  /** Deletes a property. */
  data: DeletePropertyData;
  command_type: "DeleteProperty";
} | {
  /** The same under its older name. */
  data: DeleteOrphanedPropertyData;
  command_type: "DeleteOrphanedProperty";
} | {
  /** Puts a node under a parent, last; it leaves the parent that it had. */
  data: LinkNodeData;
  command_type: "LinkNode";
} | {
  /** Makes a child the last root. */
  data: UnlinkNodeData;
  command_type: "UnlinkNode";
} | {
  /** Puts a node elsewhere. */
  data: MoveNodeData;
  command_type: "MoveNode";
} | {
  /** Puts a node elsewhere among its siblings. */
  data: ReorderNodeData;
  command_type: "ReorderNode";
} | {
  /** Copies what is below one node under another. */
  data: ApplyKitData;
  command_type: "ApplyKit";
} | {
  /** Says what a node waits for. */
  data: UpdateBlockingRelationshipData;
  command_type: "UpdateBlockingRelationship";
} | {
  /** Moves the project to the present version of a template. */
  data: AdoptTemplateData;
  command_type: "AdoptTemplate";
} | {
  /** All of its commands or none, as one step. */
  data: BatchData;
  command_type: "Batch";
});

/** The events of a command were sent. */
export type CommandExecutedEvent = {
  /** Its own name. */
  event: "command:executed";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
  success: true;
  /** What the answer says. */
  result: Executed;
  error: null;
};

/** A command was committed; its events follow. */
export type CommandExecutingEvent = {
  /** Its own name. */
  event: "command:executing";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
};

/** A command was refused. */
export type CommandFailedEvent = {
  /** Its own name. */
  event: "command:failed";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
  success: false;
  /** What and why. */
  error: ErrorBody;
};

/** A step was done again; the events of what changed came before. */
export type CommandRedoEvent = {
  /** Its own name. */
  event: "command:redo";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The command whose step it was. */
  undone_command_id: string;
  /** What was left alone. */
  conflicts: Array<Conflict>;
  /** How much was left alone beyond that. */
  conflicts_omitted?: number;
};

/** A step was taken back; the events of what changed came before. */
export type CommandUndoEvent = {
  /** Its own name. */
  event: "command:undo";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The command whose step it was. */
  undone_command_id: string;
  /** What was left alone. */
  conflicts: Array<Conflict>;
  /** How much was left alone beyond that. */
  conflicts_omitted?: number;
};

/** What an undo or redo left alone, since others changed it or it can no longer be. */
export type Conflict = {
  /** The node; none if it is about the project. */
  node_id?: string;
  /** The property, if it is about one. */
  property_id?: string;
  /** Why. */
  reason: ConflictReason;
  /** The author of what stands in the way. */
  by?: string;
  /** When that was written: RFC 3339, UTC, milliseconds, `Z`. */
  at?: string;
};

/** Why something was left alone. */
export type ConflictReason = "CHANGED_SINCE" | "MOVED_SINCE" | "BLOCKING_CHANGED_SINCE" | "CYCLE" | "DEPTH_LIMIT" | "TEMPLATE_CHANGED_SINCE" | "WORKED_ON_SINCE" | "NODE_DELETED" | "NODE_EXISTS";

/** The answer to `GET /api/websocket/connections/{connection_id}`. */
export type ConnectionAnswer = {
  success: true;
  /** The connection. */
  data: ConnectionInfo;
  /** When that was. */
  timestamp: string;
};

/** The connection is there: the first frame of a plain WebSocket, the first event on `/`. */
export type ConnectionEstablishedEvent = {
  /** Its own name. */
  event: "connection_established";
  /** The caller's connection, as others see it. */
  client_id: string;
  /** The same, as who lists connections names it. */
  connection_id: string;
  /** Who the caller is; null where it has to say so and has not yet. */
  user_id: string | null;
  /** RFC 3339, UTC, microseconds, `Z`. */
  server_time: string;
  /** What the server tells as it happens. */
  features: Features;
};

/** The server ends the connection; to one that hears a project. */
export type ConnectionFaultEvent = {
  /** Its own name. */
  event: "connection_error";
  /** Names the connection. */
  connection_id: string;
  /** Why, for programs. */
  code: ErrorCode;
  /** Why, for people. */
  error: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A connection. */
export type ConnectionInfo = {
  /** Names the connection, and no other one ever. */
  connection_id: string;
  /** The socket's id: `client_id` in events. */
  sid: string;
  /** The client that it is of: the same for all its tabs. */
  client_id: string;
  /** Who it is; null as long as it has to say so and has not. */
  user_id: string | null;
  /** What people call it. */
  name: string | null;
  /** The session that it is in, or one of them; of a client of `/ws/{client_id}` what that knows its talk by. */
  session_id: string | null;
  /** The conversation that a client of `/ws/{client_id}` is in; null for others, who may be in many. */
  conversation_id: string | null;
  /** The projects of its sessions. */
  project_ids: Array<string>;
  /** The sessions that it is in. */
  sessions: Array<JoinedSession>;
  /** What it comes by. */
  transport: Transport;
  /** Where it comes from. */
  ip_address: string;
  /** What the client's software calls itself. */
  user_agent: string | null;
  /** Since when it is there. */
  connected_at: string;
  /** When something last came from it: whatever it was, the answer to a ping too. With a client of `/ws/{client_id}` when something was last said. */
  last_activity: string;
  /** Whether it showed credentials that count. */
  is_authenticated: boolean;
  /** Sessions that it is in. */
  subscription_count: number;
  /** Events that came from it. */
  message_count: number;
  /** Those of them that were `ping`. */
  heartbeat_count: number;
  /** Packets that were handed to it. */
  messages_sent: number;
  /** The bytes of them. */
  bytes_sent: number;
  /** More about it. */
  metadata: ConnectionMetadata;
};

/** What else is known of a connection. */
export type ConnectionMetadata = {
  /** The protocol and its generation: `engine.io 4`. */
  protocol: string;
  /** The namespace that it is in. */
  namespace: string;
};

/** Who is connected, in numbers. */
export type ConnectionNumbers = {
  /** How many there were since the server started; to who sees its own alone, how many there are. */
  total_connections: number;
  /** How many there are. */
  active_connections: number;
  /** Events that came, since the server started; to who sees its own alone, by those that there are. */
  messages_processed: number;
  /** Users that they are of. */
  unique_users: number;
  /** Projects that they are in. */
  active_projects: number;
  /** How many there are of each address. */
  connections_per_ip: Record<string, number>;
  /** The projects that most of them are in, ten at most. */
  top_projects: Array<ProjectConnections>;
  /** How long they have been there, in seconds, on average. */
  average_uptime: number;
  /** When that was. */
  timestamp: string;
};

/** The answer to `GET /api/status/connections`. */
export type ConnectionNumbersAnswer = {
  success: true;
  /** Who is connected, in numbers. */
  data: ConnectionNumbers;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The caller came back before its absence was told; to one that hears a project. */
export type ConnectionRestoredEvent = {
  /** Its own name. */
  event: "connection_restored";
  /** What the connection is known by now. */
  client_id: string;
  /** The room. */
  session_id: string;
  /** Graph events behind what it said that it has; they came with the answer to the join, or are in its graph. */
  missed_events: number;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/connections/stats`. */
export type ConnectionStats = {
  /** How many there are. */
  total_connections: number;
  /** Those whose credentials count. */
  authenticated_connections: number;
  /** Clients that they are of: several tabs of one client are one. */
  unique_clients: number;
  /** Conversations that clients of `/ws/{client_id}` are in. */
  active_conversations: number;
  /** When that was. */
  timestamp: string;
};

/** A connection that is joined to a session. */
export type ConnectionView = {
  /** Its id. */
  client_id: string;
  /** Whose it is. */
  user_id: string;
  /** How many graph events it has yet to be handed. */
  behind: number;
};

/** The answer to `GET /api/websocket/connections`. */
export type ConnectionsAnswer = {
  success: true;
  /** The connections, counted and listed. */
  data: ConnectionsView;
  /** When that was. */
  timestamp: string;
};

/** The answer to `POST /api/connections/cleanup`. */
export type ConnectionsCleaned = {
  /** How many were ended. */
  cleaned: number;
};

/** The connections, counted and listed. */
export type ConnectionsView = (ConnectionNumbers & {
  /** They themselves, oldest first, as many as were asked for. */
  connections: Array<ConnectionInfo>;
});

/** Something was found out about the message, before the assistant is asked. */
export type ContextAnalysisEvent = {
  /** Of `analysis_started`: the first 100 characters of the message. */
  user_input_preview?: string;
  /** Of `key_terms_extracted`: the words that the message is about. */
  key_terms?: Array<string>;
  /** Of `key_terms_extracted`: how many. */
  term_count?: number;
  /** Of `memories_retrieved`: how many earlier messages and nodes were looked at. */
  memory_count?: number;
  /** Of `analysis_complete`: the share of the terms that something is known of. */
  context_score?: number;
  /** Of `analysis_complete`: how much is known for a message with so many terms. */
  completeness_score?: number;
  /** Of `analysis_complete`: the mean of both. */
  confidence_score?: number;
  /** Of `analysis_complete`: how many of them have a term in them. */
  relevant_memory_count?: number;
  /** Of `analysis_complete`: how long that took, in seconds. */
  processing_time?: number;
  /** Of `analysis_complete`: what would help the assistant. */
  suggested_actions?: Array<string>;
  /** Its own name. */
  event: "context_analysis_complete";
  /** Names the request. */
  request_id: string;
  /** `analysis_started`, `key_terms_extracted`, `memories_retrieved` or `analysis_complete`. */
  stage: string;
  /** The project. */
  project_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A conversation was begun; of no project, on the topics of those who take part. */
export type ConversationCreatedEvent = {
  /** Its own name. */
  event: "conversation_created";
  /** Which. */
  conversation_id: string;
  /** The conversation as it is now. */
  conversation: ConversationView;
};

/** The conversation was deleted; always its last event. Who hears its project is told, too. */
export type ConversationDeletedEvent = {
  /** Its own name. */
  event: "conversation_deleted";
  /** Which. */
  conversation_id: string;
};

/** A conversation with all that is known of it now: the answer to `POST /api/v1/conversations` and to `GET /api/v1/conversations/{conversation_id}`. */
export type ConversationInfo = (ConversationView & {
  /** Who takes part, those who joined first in front. */
  participants: Array<ConversationParticipant>;
  /** Answers that are being written. */
  streams: Array<StreamView>;
  /** Who is writing. */
  typing: Array<MessageAuthor>;
});

/** The answer to `GET /api/v1/conversations`. */
export type ConversationList = {
  /** Those of the page, the latest activity first. */
  conversations: Array<ConversationView>;
  /** The `before` of the next page; null if this is the last one. */
  next_before: string | null;
};

/** Somebody who takes part in a conversation. */
export type ConversationParticipant = {
  /** Who. */
  user_id: string;
  /** What people call it. */
  name?: string;
  /** Since when. */
  joined_at: string;
  /** The last message that it has read; 0 for none. */
  read_seq: number;
};

/** The answer to `DELETE /api/v1/conversations/{conversation_id}`. */
export type ConversationRemoved = {
  success: true;
  /** Which. */
  conversation_id: string;
};

/** Whether a conversation goes on. */
export type ConversationStatus = "active" | "completed" | "archived";

/** A conversation was changed; also to who is in it, and of no project on the topics of those who take part. */
export type ConversationUpdatedEvent = {
  /** Its own name. */
  event: "conversation_updated";
  /** Which. */
  conversation_id: string;
  /** The conversation as it is now. */
  conversation: ConversationView;
};

/** A conversation. */
export type ConversationView = {
  /** Names it for good. */
  conversation_id: string;
  /** The project that it is of; null for one that is of none. */
  project_id: string | null;
  /** What people call it. */
  title: string;
  /** Whether it goes on. */
  status: ConversationStatus;
  /** Who began it: a `user_id`. */
  created_by: string;
  /** When it was begun. */
  created_at: string;
  /** When its last message was sent; null as long as there is none. */
  last_message_at: string | null;
  /** The `seq` of its last message; 0 as long as there is none. */
  head: number;
  /** What clients want to know of it. */
  metadata?: Record<string, unknown>;
};

/** Fields of `CreateNode`. */
export type CreateNodeData = {
  /** A node type of the project's template. */
  blueprint_type_id: string;
  /** Where it goes; missing or null makes a root. */
  parent_id?: string | null;
  /** The client's UUID for it; else the server makes one. */
  node_id?: string | null;
  /** What it is called; `New Node` if it does not say. */
  name?: string | null;
  /** Values by property id, beside the template's defaults; null is no value. */
  properties?: Record<string, unknown> | null;
  /** Before the sibling that is there now; last if missing or past the end. */
  index?: number | null;
};

/** A node as `node-created` carries it: a replica needs nothing else. */
export type CreatedNode = {
  /** A UUID. */
  id: string;
  /** The template's node type. */
  blueprint_type_id: string;
  /** Null for a root. */
  parent_id: string | null;
  /** What people call it. */
  name: string;
  /** Values by property id. */
  properties: Properties;
  children: [];
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** The node that blocks this one. */
  blocked_by: string | null;
};

/** A pointer's place, in the client's own coordinates. */
export type Cursor = {
  /** To the right. */
  x: number;
  /** Down. */
  y: number;
};

/** `chat:delete` */
export type DeleteMessage = {
  /** Where. */
  conversation_id: string;
  /** Which. */
  message_id: string;
};

/** Fields of `DeleteNode`. */
export type DeleteNodeData = {
  /** The topmost node to go. */
  node_id: string;
};

/** Fields of `DeleteOrphanedProperty`. */
export type DeleteOrphanedPropertyData = {
  /** Whose property. */
  node_id: string;
  /** Which. `property_id` is the same field under its newer name. */
  property_key: string;
};

/** Fields of `DeleteProperty`. */
export type DeletePropertyData = {
  /** Whose property. */
  node_id: string;
  /** Which. `property_key` is the same field under its older name. */
  property_id: string;
};

/** How graph events come to a member. */
export type Delivery = "events" | "batch";

/** What is wrong. */
export type Detail = (string | Array<BodyFault>);

/** An error under `/auth`, and under `/api` but `/api/v1`. */
export type DetailAnswer = {
  /** For people: a text or, of a body or a query that is not as it should be, a list of what is wrong with it. */
  detail: Detail;
  /** For programs. */
  code: ErrorCode;
};

/** The answer to `GET /api/v1/sessions/{id}/dirty`. */
export type DirtyView = {
  /** The session. */
  session_id: string;
  /** Whether something was changed since the last save. */
  is_dirty: boolean;
};

/** The body of `POST /api/v1/admin/disconnect`: one of the three ids. */
export type Disconnect = {
  /** This connection. */
  connection_id?: string | null;
  /** All of this user's. */
  user_id?: string | null;
  /** All that are in this session. */
  session_id?: string | null;
  /** What they are told. */
  reason?: string | null;
};

/** The answer to it. */
export type Disconnected = {
  success: true;
  /** How many were ended. */
  disconnected: number;
};

/** What a participant is at. */
export type Doing = {
  /** Where its pointer is. */
  cursor?: Cursor;
  /** The nodes that it selected. */
  selection?: Array<string>;
  /** What it is editing. */
  editing?: Editing;
  /** Whether it is typing. */
  typing?: boolean;
};

/** A change of what a participant is at: what is not there stays, null clears. */
export type DoingChange = {
  /** Where its pointer is. */
  cursor?: (Cursor | null);
  /** The nodes that it selected. */
  selection?: Array<string> | null;
  /** What it is editing. */
  editing?: (Editing | null);
  /** Whether it is typing. */
  typing?: boolean | null;
};

/** `chat:edit` */
export type EditMessage = {
  /** Where. */
  conversation_id: string;
  /** Which. */
  message_id: string;
  /** What it says now. */
  text: string;
};

/** A field that somebody is editing. */
export type Editing = {
  /** The node. */
  node_id: string;
  /** Its property; without it the node as a whole. */
  property_id?: string | null;
};

/** Why an answer ended. */
export type EndOfAnswer = "complete" | "length" | "cancelled" | "abandoned" | "error";

/** Why the server ends a member's connection. */
export type EndReason = "fell_behind" | "answers_outstanding" | "stalled" | "session_broke" | "session_unloaded";

/** The answer to `GET /api/state`. */
export type EngineState = {
  /** The phase that it is in. */
  phase: PhaseState;
  /** Who speaks. */
  speaker: SpeakerStatus;
  /** The turn that it is at, as the engine counts. */
  turn_id: number;
  /** The last twenty things that were said, oldest first. */
  history: Array<Turn>;
  /** Whether it speaks, or is about to. */
  is_processing: boolean;
};

/** Every error over REST. */
export type ErrorAnswer = {
  /** What and why. */
  error: ErrorBody;
};

/** An error as it stands in every answer, under `error`. */
export type ErrorBody = {
  /** For programs. */
  code: ErrorCode;
  /** For people. Carries no path, query, stack or secret. */
  message: string;
  /** More for programs, by code. */
  details?: unknown;
};

/** Where an error happened. */
export type ErrorCategory = "store" | "assistant" | "websocket" | "broadcast" | "authentication" | "system";

/** The stable codes. A code never changes its meaning; clients may match on it. */
export type ErrorCode = "INVALID_REQUEST" | "INVALID_COMMAND" | "INVALID_STATE" | "NO_ACTIVE_PHASE" | "INVALID_TEMPLATE" | "NOTHING_TO_UNDO" | "NODE_EXISTS" | "INVALID_PROPERTY_VALUE" | "CHILD_NOT_ALLOWED" | "CYCLE" | "NOT_LINKED" | "MOVE_INVALID" | "REORDER_INVALID" | "BATCH_TOO_LARGE" | "INVALID_PROJECT_FILE" | "PROPERTY_TOO_LARGE" | "DEPTH_LIMIT" | "NODE_LIMIT" | "PARENT_NOT_FOUND" | "UNKNOWN_NODE_TYPE" | "NODE_NOT_FOUND" | "NOT_FOUND" | "NO_PROJECT" | "INVALID_SESSION" | "PROJECT_NOT_FOUND" | "TEMPLATE_NOT_FOUND" | "CONVERSATION_NOT_FOUND" | "MESSAGE_NOT_FOUND" | "STREAM_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "UNSUPPORTED_MEDIA_TYPE" | "CONFLICT" | "IDEMPOTENCY_MISMATCH" | "UNAUTHENTICATED" | "FORBIDDEN" | "PAYLOAD_TOO_LARGE" | "RATE_LIMITED" | "FOREIGN_ORIGIN" | "FOREIGN_HOST" | "FOREIGN_NETWORK" | "BUSY" | "STORE_UNAVAILABLE" | "OUTCOME_UNKNOWN" | "ASSISTANT_UNAVAILABLE" | "ENGINE_UNAVAILABLE" | "SESSION_LIMIT" | "CONNECTION_LIMIT" | "CONNECTION_ENDED" | "MAINTENANCE" | "SHUTTING_DOWN" | "INTERNAL";

/** A join or leave was refused, or anything else that asked for no acknowledgement. */
export type ErrorEvent = {
  /** For people. */
  message: string;
  /** For programs. */
  code: ErrorCode;
  /** More for programs, by code. */
  details?: unknown;
};

/** The answer to `GET /api/v1/admin/errors`. */
export type ErrorList = {
  /** Those that happened last first. */
  errors: Array<ErrorRecord>;
  /** How many match, listed or not. */
  total: number;
};

/** A part of the server could not do its work for the project. */
export type ErrorOccurredEvent = {
  /** Its own name. */
  event: "error_occurred";
  /** Which part. */
  component: string;
  /** What it was at. */
  operation: string;
  /** For people. */
  error: string;
  /** The project. */
  project_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** An error that happened, once or more often: what is the same is one as long as it is not resolved. */
export type ErrorRecord = {
  /** Names it. */
  error_id: string;
  /** When it happened first: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** When it happened last. */
  last_seen: string;
  /** How bad it is. */
  severity: ErrorSeverity;
  /** Where it happened. */
  category: ErrorCategory;
  /** What happened, for people. */
  message: string;
  /** By which event, route or part it showed first. */
  details: string | null;
  /** How often it happened. */
  occurrences: number;
  /** Whether an admin is done with it. */
  resolved: boolean;
  /** Since when. */
  resolution_time: string | null;
};

/** How bad an error is. */
export type ErrorSeverity = "low" | "medium" | "high" | "critical";

/** The answer to `GET /api/v1/admin/errors/statistics`. */
export type ErrorStatistics = {
  /** How often something failed. */
  total_errors: number;
  /** The same by category; those that did not happen are left out. */
  category_distribution: Record<string, number>;
  /** The same by severity; those that did not happen are left out. */
  severity_distribution: Record<string, number>;
  /** The share of them that is resolved, from 0 to 1; 0 if there were none. */
  resolution_rate: number;
  /** Of how many hours. */
  time_range_hours: number;
  /** What failed several times in a row is left alone for a while. */
  circuit_breakers: Record<string, BreakerView>;
};

/** The names of the events that the server sends. */
export type EventName = "node-created" | "node-deleted" | "node-updated" | "property-changed" | "property-deleted" | "node-linked" | "node-unlinked" | "blocking-changed" | "project-updated" | "template-adopted" | "graph-replaced" | "session:closed" | "session:state" | "command:undo" | "command:redo" | "command:executing" | "command:executed" | "command:failed" | "session:connected" | "session:disconnected" | "events" | "presence:update" | "connection_established" | "joined" | "left" | "authentication_success" | "authentication_failed" | "auth:expiring" | "pong" | "error" | "new_message" | "message_updated" | "message_deleted" | "message_read" | "typing_indicator" | "typing_stop" | "conversation_created" | "conversation_updated" | "conversation_deleted" | "assistant:start" | "assistant:token" | "assistant:end" | "project_joined" | "project_left" | "broadcast_message" | "heartbeat_response" | "ai_processing_start" | "ai_processing_progress" | "context_analysis_complete" | "message_processed" | "ai_processing_end" | "ai_processing_error" | "error_occurred" | "chat_status_update" | "system_status_update" | "performance_alert" | "health_check" | "metrics_update" | "maintenance_mode" | "system_notification" | "project_created" | "project_updated" | "project_deleted" | "user_joined" | "user_left" | "user_status_changed" | "user_typing" | "ai_response_generated" | "recovery_attempt" | "connection_error" | "connection_restored" | "warning_issued" | "server_shutdown" | "external_project_update" | "external_template_update";

/** The answer to `GET /api/v1/sessions/{id}/events`. */
export type EventPage = {
  /** The room. */
  session_id: string;
  /** The journal's identity; null while the session has no project. */
  epoch: string | null;
  /** `tail` with events, `current` without; `fetch` if this journal has no such place as was named, and the graph is to be read anew. */
  mode: Mode;
  /** The graph events behind the place that was named, in order. The last command's are whole. With a `kind`, events as those who listen on `/ws` get them. */
  events: Array<AnyEvent>;
  /** The last event that is told of here: where the next page begins. */
  seq: number;
  /** The journal's head; that of what was published, with that `kind`. */
  head: number;
};

/** The answer to [`Publish`]. */
export type EventPublished = {
  /** Always true. */
  success: boolean;
  /** The session. */
  session_id: string;
  /** The event's name there. */
  message_id: string;
  /** Its place among what was published there. */
  n: number;
  /** Its time: seconds since the Unix epoch. */
  timestamp: number;
  /** Whether an event of that name was there before: then nothing was done, and this is about that one. */
  duplicate: boolean;
};

/** The names of events. */
export type EventTypes = {
  /** Those that the server sends or keeps for itself, each by what a program may call it. */
  event_types: Record<string, string>;
  /** How many. */
  total_count: number;
};

/** The answer to `GET /api/websocket/events/types`. */
export type EventTypesAnswer = {
  success: true;
  /** The names. */
  data: EventTypes;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The body of `POST /api/v1/commands/execute`. */
export type ExecuteBody = (Command & {
  /** The session whose project is changed. */
  session_id: string;
  /** The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing. */
  command_id?: string | null;
});

/** `execute_command`, as a client writes it: `data` is what its `command_type` takes. */
export type ExecuteCommand = (Command & {
  /** The session whose project is changed. */
  session_id: string;
  /** The client's name for the command: repeating it is safe. */
  command_id?: string | null;
  /** Whether the answer should hold the graph. */
  graph?: boolean | null;
});

/** What a command gave, as `command:executed` tells it. */
export type Executed = {
  /** The command's last event. */
  seq: number;
  /** The node that was created. */
  node_id?: string;
};

/** The graph was replaced, for clients that know it by this name. */
export type ExternalProjectUpdateEvent = {
  /** Its own name. */
  event: "external_project_update";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The project. */
  project_id: string;
};

/** The file of the project's template was changed. */
export type ExternalTemplateUpdateEvent = {
  /** Its own name. */
  event: "external_template_update";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The template whose file changed; the project keeps the version that it pinned. */
  template_id: string;
  /** What the file says of its version now. */
  version: string;
};

/** Something wrong with a project file. */
export type Fault = {
  /** Where: a path such as `nodes.ID.children[2]`, `line 3, column 7`, or `file`. */
  place: string;
  /** What is wrong there. */
  message: string;
};

/** `details` of `INVALID_PROJECT_FILE`. */
export type FaultList = {
  /** The first hundred. */
  faults: Array<Fault>;
  /** How many there are. */
  faults_total: number;
};

/** What a client can expect of the server, as the welcome says it. */
export type Features = {
  /** What the assistant does is told as it does it. */
  realtime_chat: boolean;
  /** The server says how it is. */
  realtime_status: boolean;
  /** What is remembered is told. */
  realtime_memory: boolean;
};

/** A node of a project file. */
export type FileNode = {
  /** The id under which it stands. */
  id: string;
  /** The template's node type. */
  type: string;
  /** What people call it. */
  name: string;
  /** RFC 3339; without a zone it means UTC. */
  created_at: string;
  /** Values by property id. */
  properties: Properties;
  /** Ids, in their order. */
  children: Array<string>;
  /** None for a root. */
  parent_id: string | null;
  /** The node that blocks this one. */
  blocked_by?: string;
};

/** A node that was found, without what is below it. */
export type FoundNode = {
  /** A UUID. */
  id: string;
  /** The template's node type. */
  blueprint_type_id: string;
  /** What people call it. */
  name: string;
  /** Values by property id. */
  properties: Properties;
  /** None for a root. */
  parent_id: string | null;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** The node that blocks this one. */
  blocked_by: string | null;
  /** The names of the nodes above it, the root's first. */
  path: Array<string>;
};

/** Graph events, for members that asked for batches. */
export type FrameEvent = {
  /** Its own name. */
  event: "events";
  /** The room. */
  session_id: string;
  /** The journal's identity. */
  epoch: string;
  /** The first event's `seq`. */
  from: number;
  /** The last event's. */
  to: number;
  /** The events, in order and without a gap. */
  events: Array<AnyGraphEvent>;
};

/** The acknowledgement of `get_graph`. */
export type GraphAnswer = {
  success: true;
  /** The journal's identity. */
  epoch: string | null;
  /** The last event that the graph includes. */
  seq: number;
  /** Null if it is too large for a socket. */
  graph: (GraphTree | null);
  /** It is too large for a socket: read it by its own route. */
  graph_omitted?: boolean;
};

/** The fields of a graph event beyond the common ones. */
export type GraphEventContent = ({
  /** The new node. */
  node_id: string;
  /** Null for a root. */
  parent_id: string | null;
  /** How many siblings stood before it. */
  index: number;
  /** The template's node type. */
  blueprint_type_id: string;
  /** What people call it. */
  name: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** The node itself. */
  node: CreatedNode;
} | {
  /** The topmost node. */
  node_id: string;
  /** All of them, parents first. */
  node_ids: Array<string>;
  /** Where the topmost one stood. */
  parent_id: string | null;
} | {
  /** Which node. */
  node_id: string;
  /** Its new name. */
  name: string;
  /** The one before. */
  old_name: string;
} | {
  /** Whose property. */
  node_id: string;
  /** Which. */
  property_id: string;
  /** The same value: older clients know it by this field. */
  property_name: string;
  /** Null if it had no value. */
  old_value: unknown;
  /** Never null. */
  new_value: unknown;
} | {
  /** Whose property. */
  node_id: string;
  /** Which. */
  property_id: string;
  /** The same value: older clients know it by this field. */
  property_name: string;
  /** Null if there was nothing to delete. */
  old_value: unknown;
} | {
  /** The parent that it got or left; null when a root got another place among the roots. */
  parent_id: string | null;
  /** Which node. */
  child_id: string;
  /** How many siblings stand, or stood, before it. */
  index: number;
} | {
  /** The node that waits. */
  blocked_node_id: string;
  /** What it waits for now. */
  blocking_node_id: string | null;
  /** What it waited for before. */
  old_blocking_node_id: string | null;
} | {
  /** The new name. */
  name: string;
  /** The one before. */
  old_name: string | null;
} | {
  /** The template that the project pins now. */
  template_id: string;
  /** Its version. */
  version: string;
} | {
  /** How many nodes there are now. */
  node_count: number;
} | {
  /** `active`, `paused`, `completed` or `error`. */
  state: string;
  /** What it was before. */
  old_state: string;
} | {
  /** Why: `deleted`. */
  reason: string;
} | {
  /** The command whose step it was. */
  undone_command_id: string;
  /** What was left alone. */
  conflicts: Array<Conflict>;
  /** How much was left alone beyond that. */
  conflicts_omitted?: number;
});

/** The answer to `POST /api/v1/sessions/{id}/load-graph`: that to a command, and what its clients look for. */
export type GraphLoaded = (Accepted & {
  /** The room. */
  session_id: string;
  /** The durable thing. */
  project_id: string;
  /** The template that the project has now. */
  template_id: string;
  /** How many nodes the file had. */
  node_count: number;
});

/** So much changed that it is not told one by one: read the graph. */
export type GraphReplacedEvent = {
  /** Its own name. */
  event: "graph-replaced";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** How many nodes there are now. */
  node_count: number;
};

/** A whole graph. */
export type GraphTree = {
  /** The nodes without a parent, in their order. */
  roots: Array<NodeTree>;
};

/** The answer to `GET /api/v1/health`. */
export type Health = {
  /** Always `ok`. */
  status: string;
};

/** The answer to `GET /api/websocket/status/health`. */
export type HealthAnswer = {
  success: true;
  /** How it is. */
  data: HealthSummary;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The server's components were checked. */
export type HealthCheckEvent = {
  /** Its own name. */
  event: "health_check";
  /** What came of it. */
  check: Check;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How the server is, in short. */
export type HealthSummary = {
  /** Whether every component was checked and works. */
  healthy: boolean;
  /** Whether each component works, by our name for it and by those that others know it by. Before the first check none does. */
  component_health: Record<string, boolean>;
  /** Components that work; other names are not counted. */
  healthy_components: number;
  /** Components that there are. */
  total_components: number;
  /** The share of those that work, from 0 to 100. */
  health_percentage: number;
  /** When they were last checked; null before the first time. */
  last_check: string | null;
  /** Alerts that last. */
  active_alerts: number;
  /** Alerts that are kept. */
  total_alerts: number;
};

/** The acknowledgement of `heartbeat`. */
export type Heartbeat = {
  success: true;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The reply to `heartbeat`. */
export type HeartbeatResponse = {
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/websocket/status/history`. */
export type HistoryAnswer = {
  success: true;
  /** The rounds of checks, oldest first, a thousand at most. */
  data: Array<Check>;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** Who gave a command. */
export type HistoryAuthor = {
  /** The key of undo steps and idempotency. */
  user_id: string;
  /** For people. */
  name?: string;
  /** The connection it came over. */
  client_id?: string;
};

/** One command of a project. */
export type HistoryEntry = {
  /** Its first event. */
  seq_first: number;
  /** Its last event: `at` this `seq` the graph is as the command left it. */
  seq_last: number;
  /** The client's name for it, or the server's. */
  command_id: string;
  /** What it was. */
  command_type: string;
  /** Who gave it. */
  author: HistoryAuthor;
  /** When it was committed: RFC 3339, UTC, milliseconds, `Z`. */
  at: string;
  /** Nodes that it touched, the first hundred of them. */
  node_ids: Array<string>;
  /** How many it touched. */
  node_count: number;
  /** What it did, for people: no part of the contract. */
  summary: string;
};

/** The answer to `GET /api/v1/projects/{id}/history`. */
export type HistoryPage = {
  /** Newest first. */
  entries: Array<HistoryEntry>;
  /** Where to go on; null once the project's beginning was looked at. A page may have no entries and still go on: one request looks through so many commands and no more. */
  next_before: number | null;
};

/** The answer to a dry run of `POST /api/v1/projects/import`. */
export type ImportReport = (FaultList & {
  /** Whether the file would be imported. */
  valid: boolean;
  /** How many nodes it has. */
  node_count: number;
  /** The template that it names, whether there is one or not. */
  template_id: string | null;
  /** What the project would be called; null if the file cannot be read that far. */
  name: string | null;
});

/** An event about a conversation as a whole. */
export type InConversation = {
  /** Which. */
  conversation_id: string;
};

/** `join_project`, `leave_project` */
export type InProject = {
  /** A project, or a word for one that is kept elsewhere. */
  project_id: string;
};

/** `leave_session`, `get_graph` */
export type InSession = {
  /** The room. */
  session_id: string;
};

/** What a client draws beside a node. */
export type Indicator = {
  /** A character that stands for it in plain text. */
  bullet: string | null;
  /** Its id within the set. */
  indicator_id: string;
  /** The set. */
  indicator_set: string | null;
};

/** The answer to `GET /api/v1/admin/sessions/{session_id}`. */
export type InspectedSession = (LoadedSession & {
  /** Since when it is loaded. */
  loaded_at: string;
  /** The journal's identity; null as long as it has no project. */
  epoch: string | null;
  /** Who is in it, who is most behind first; 1,000 at most, of as many as `members` says. */
  members_list: Array<SessionMember>;
  /** The assistant's answers under way in the conversations of its project. */
  streams: Array<SessionStream>;
});

/** The answer to `GET …/invitations`. */
export type InvitationList = {
  /** Those that nobody has used and that have not expired, oldest first. */
  invitations: Array<InvitationView>;
};

/** The answer to `POST …/invitations`. */
export type InvitationMade = (InvitationView & {
  /** What is shown, to `POST /auth/token`. It is told this once. */
  invitation: string;
});

/** The answer to `DELETE …/invitations/{invitation_id}`. */
export type InvitationRevoked = {
  success: true;
  /** Which. */
  invitation_id: string;
};

/** An invitation, without what is shown. */
export type InvitationView = {
  /** Names the invitation; it is no secret. */
  invitation_id: string;
  /** The project to which it invites, if to any. */
  project_id?: string | null;
  /** What the new user is there. */
  role?: string | null;
  /** Who invites. */
  created_by: string;
  /** When it was made. */
  created_at: string;
  /** From when on it does not count. */
  expires_at: string;
};

/** `join_session` */
export type Join = {
  /** The room. */
  session_id: string;
  /** What the client has already, to be brought up to date from there; null if it has nothing and wants the graph. Without it the client is told of no more than what comes from now on. */
  since?: (Since | null);
  /** How graph events come. */
  delivery?: (Delivery | null);
  /** Whether `command:*` and `session:*` come too. */
  lifecycle?: boolean | null;
  /** Whether to be told who is here, and what changes of it. */
  presence?: boolean | null;
};

/** The acknowledgement of `join_session`. */
export type JoinAnswer = {
  success: true;
  /** The session that was joined. */
  session_id: string;
  /** The caller's connection. */
  client_id: string;
  /** Joined connections, this one included. */
  active_clients: number;
  /** What the caller is here now; who may do everything is an owner. */
  role?: MemberRole;
  /** The journal's identity; null while the session has no project. */
  epoch: string | null;
  /** The last event before the join: the next one that this member gets is `seq + 1`. */
  seq: number;
  /** How the member gets up to date. */
  mode: Mode;
  /** The events that it lacks, with `tail`. */
  events?: Array<AnyGraphEvent>;
  /** The graph as it is after `seq`, with `snapshot`. */
  graph?: GraphTree;
  /** Who is here, for who asked to be told; what changes of it comes by `presence:update`. */
  presence?: Array<Participant>;
  /** Why the caller's last connection here was ended, if the server did it. */
  previous_end?: PreviousEnd;
};

/** `chat:join` */
export type JoinConversation = {
  /** Which. */
  conversation_id: string;
  /** The `seq` of the last message that the caller has; without it the answer has the latest ones. */
  after?: number | null;
};

/** The acknowledgement of `chat:join`. */
export type JoinedConversation = {
  success: true;
  /** The conversation. */
  conversation: ConversationView;
  /** Who takes part. */
  participants: Array<ConversationParticipant>;
  /** Messages, oldest first: those after `after`, or the latest ones; at most 100. */
  messages: Array<MessageView>;
  /** Whether there are more: after the last with `after`, before the first without. */
  has_more: boolean;
  /** Answers that are being written. */
  streams: Array<StreamView>;
  /** Who is writing. */
  typing: Array<MessageAuthor>;
};

/** The caller joined. */
export type JoinedEvent = {
  /** Its own name. */
  event: "joined";
  /** The room. */
  session_id: string;
  /** The caller's connection. */
  client_id: string;
  /** Joined connections, this one included. */
  active_clients: number;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
};

/** A session that a connection is in. */
export type JoinedSession = {
  /** Which. */
  session_id: string;
  /** Its project, if it has one. */
  project_id: string | null;
  /** Graph events that the connection has yet to be handed. */
  behind: number;
  /** Whether it takes no more at present. */
  is_lagging: boolean;
};

/** The last write of something. */
export type LastWrite = {
  /** The last event of the command that wrote: an entry's `seq_last` in the history. */
  seq: number;
  /** Its author's `user_id`. */
  by: string;
  /** When it was committed: RFC 3339, UTC, milliseconds, `Z`. */
  at: string;
  /** It was an undo or a redo, which put back what had been there. */
  restored: boolean;
};

/** The caller left. */
export type LeftEvent = {
  /** Its own name. */
  event: "left";
  /** The room, as the client named it. */
  session_id: string;
  /** The caller's connection. */
  client_id: string;
};

/** The fields of a lifecycle event beyond the common ones. */
export type LifecycleContent = ({
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
  success: true;
  /** What the answer says. */
  result: Executed;
  error: null;
} | {
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
  success: false;
  /** What and why. */
  error: ErrorBody;
} | {
  /** The project. */
  project_id: string;
} | {
  /** The connection that joined or left. */
  client_id: string;
  /** Joined connections after that. */
  active_clients: number;
} | {
  /** The template whose file changed; the project keeps the version that it pinned. */
  template_id: string;
  /** What the file says of its version now. */
  version: string;
} | {
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
});

/** One of the limits of a server, in the answer to `GET /api/limitations`. */
export type Limitation = {
  /** What it does not do, or how much it does. */
  limitation: string;
  /** What to do about it. */
  workaround: string;
  /** What is to come. Always null: each limit is there on purpose, or nobody plans to lift it, and nothing is promised that nobody plans. Clients know the field from a server that had plans. */
  planned_fix: string | null;
  /** When that is to come. Always null. */
  phase: string | null;
};

/** Fields of `LinkNode`. */
export type LinkNodeData = {
  /** The new parent. */
  parent_id: string;
  /** The node. */
  child_id: string;
};

/** How the server is at this moment. */
export type Live = {
  /** In short. */
  status: HealthSummary;
  /** What was measured last; null before the first time. */
  metrics: (Metrics | null);
  /** The alerts that last, oldest first. */
  alerts: Array<Alert>;
};

/** The answer to `GET /api/status/live`. */
export type LiveAnswer = {
  success: true;
  /** How it is. */
  data: Live;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A loaded session. */
export type LoadedSession = {
  /** The room. */
  session_id: string;
  /** Its project; null as long as it has none. */
  project_id: string | null;
  /** What people call the project. */
  name: string | null;
  /** Where it is in its life. */
  state: string;
  /** The last event that is committed. */
  seq: number;
  /** Nodes of the graph. */
  nodes: number;
  /** Joined connections. */
  members: number;
  /** Those that took no more when it was their turn last. */
  lagging: number;
  /** Graph events that the one that lacks most has yet to be handed. */
  behind: number;
  /** Commands that wait. */
  mailbox: number;
  /** Events that are kept for who is behind. */
  ring_items: number;
  /** The bytes of them. */
  ring_bytes: number;
  /** Commands that came since it was loaded, whatever became of them. */
  commands: number;
  /** Graph events since it was loaded. */
  events: number;
  /** When something last happened there. */
  last_activity_at: string;
};

/** The answer to `GET /api/v1/admin/sessions`. */
export type LoadedSessions = {
  /** Those that match, the busiest first: where most commands and events were since they were loaded. */
  sessions: Array<LoadedSession>;
  /** How many match. */
  total: number;
};

/** Commands are refused from now on, or no more; reading, joining and presence go on. */
export type MaintenanceModeEvent = {
  /** Its own name. */
  event: "maintenance_mode";
  /** Whether commands are refused. */
  enabled: boolean;
  /** Why, as far as somebody said so. */
  reason: string | null;
  /** When to try again, in milliseconds. */
  retry_after_ms: number | null;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** Whether commands are refused. */
export type MaintenanceView = {
  /** Whether they are. */
  enabled: boolean;
  /** Why, as far as somebody said so. */
  reason?: string | null;
  /** When clients are to try again. */
  retry_after_ms?: number | null;
  /** Since when. */
  since?: string | null;
};

/** The answer to `GET /api/v1/projects/{project_id}/members`. */
export type MemberList = {
  /** All of them, by `user_id`. */
  members: Array<MemberView>;
};

/** What somebody is in a project: who has a later one may do everything that an earlier one allows. */
export type MemberRole = "viewer" | "commenter" | "editor" | "owner";

/** The answer to `PUT` and `DELETE /api/v1/projects/{project_id}/members`. */
export type MemberSet = {
  success: true;
  /** Who. */
  user_id: string;
  /** What now; none if nothing. */
  role?: string | null;
};

/** What somebody is in a project. */
export type MemberView = {
  /** Who. */
  user_id: string;
  /** What. */
  role: string;
  /** Since when. */
  since: string;
};

/** Who wrote a message. */
export type MessageAuthor = {
  /** Who. */
  user_id: string;
  /** What people call it. */
  name?: string;
};

/** A message that is to be sent: the body of `POST /api/v1/conversations/{conversation_id}/messages`. */
export type MessageBody = {
  /** What it says: 1 to 32,768 characters. */
  text: string;
  /** Names it, so that it can be sent again and is there once; without it the server names it. */
  message_id?: string | null;
  /** What clients want to know of it: an object of at most 16 KiB. */
  metadata?: Record<string, unknown> | null;
  /** Lets the assistant answer it. */
  assistant?: (Ask | null);
};

/** The acknowledgement of `chat:edit` and `chat:delete`, and the answer to the same over REST. */
export type MessageChanged = {
  success: true;
  /** The message as it is kept. */
  message: MessageView;
};

/** A message was deleted. */
export type MessageDeletedEvent = {
  /** Its own name. */
  event: "message_deleted";
  /** Where. */
  conversation_id: string;
  /** Which. */
  message_id: string;
  /** Its place, which stays empty. */
  seq: number;
  /** When. */
  timestamp: string;
};

/** The answer to `GET /api/v1/conversations/{conversation_id}/messages`. */
export type MessagePage = {
  /** Those of the page, oldest first. */
  messages: Array<MessageView>;
  /** Whether there are more: after the last with `after`, before the first without. */
  has_more: boolean;
};

/** A message of the project's chat is kept. */
export type MessageProcessedEvent = {
  /** Its own name. */
  event: "message_processed";
  /** Names the request. */
  request_id: string;
  /** The message in its conversation. */
  message_id: string;
  /** `user` or `ai_pm`. */
  role: string;
  /** Its first 100 characters. */
  content_preview: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** The project. */
  project_id: string;
};

/** Somebody has read a conversation's messages up to one of them. */
export type MessageReadEvent = {
  /** Its own name. */
  event: "message_read";
  /** Where. */
  conversation_id: string;
  /** Who. */
  user_id: string;
  /** Up to which message. */
  seq: number;
  /** When. */
  timestamp: string;
};

/** Whose part a message has in a conversation. */
export type MessageRole = "user" | "assistant" | "system";

/** The acknowledgement of `chat:send`, and the answer to the same over REST. */
export type MessageSent = {
  success: true;
  /** The message as it is kept. */
  message: MessageView;
  /** It was there already. */
  duplicate?: boolean;
  /** The assistant's answer that was begun. */
  stream_id?: string;
  /** Why the assistant does not answer, if it was asked to. */
  assistant_error?: ErrorBody;
};

/** A message was edited. */
export type MessageUpdatedEvent = {
  /** Its own name. */
  event: "message_updated";
  /** Where. */
  conversation_id: string;
  /** The message as it is now. */
  message: MessageView;
};

/** A message. */
export type MessageView = {
  /** Names it within its conversation. */
  message_id: string;
  /** Where it is. */
  conversation_id: string;
  /** Its place: 1 for the first of the conversation, and no number is left out. */
  seq: number;
  /** Who wrote it. */
  author: MessageAuthor;
  /** Whose part it has in the conversation. */
  role: MessageRole;
  /** What it says; nothing of one that was deleted. */
  text: string;
  /** When it was sent. */
  timestamp: string;
  /** When it was edited last. */
  edited_at?: string;
  /** When it was deleted. */
  deleted_at?: string;
  /** What clients want to know of it; of the assistant's, how it ended. */
  metadata?: Record<string, unknown>;
};

/** The acknowledgement of `chat:read`, and the answer to the same over REST. */
export type MessagesRead = {
  success: true;
  /** The last message that counts as read: never less than before. */
  seq: number;
};

/** What was measured last. */
export type Metrics = {
  /** When: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
  /** For how long the server has been there, in seconds. */
  uptime: number;
  /** The share of the memory that the process may use and does, from 0 to 1. */
  memory_usage: number;
  /** The memory that the process uses, in bytes. */
  memory_bytes: number;
  /** The share of the machine's processors that the process used, from 0 to 1. */
  cpu_usage: number;
  /** The share of the data directory's disk that is free, from 0 to 1; null where nothing is on a disk. */
  disk_free: number | null;
  /** By how much a timer of 100 ms was late at most, in milliseconds. */
  event_loop_lag_ms: number;
  /** Connections that there are. */
  active_connections: number;
  /** Sessions that are loaded. */
  sessions: number;
  /** Connections that are in sessions, once for each session. */
  members: number;
  /** What came and was handed over since the server started. */
  messages_processed: number;
  /** What came, by second. */
  messages_in_per_second: number;
  /** What was handed over, by second. */
  messages_out_per_second: number;
  /** Commands that were answered, by second. */
  commands_per_second: number;
  /** Graph events that were committed, by second. */
  events_per_second: number;
  /** Graph events that members were handed, by second. */
  deliveries_per_second: number;
  /** What came over connections and was refused, by second. */
  refused_per_second: number;
  /** The share of answers that say that the server failed; 0 if there were fewer than ten. */
  error_rate: number;
  /** How long a command took to be answered on average, in seconds. */
  response_time: number;
  /** Half of the commands took no longer than this, in milliseconds. */
  command_p50_ms: number;
  /** 99 of 100 commands took no longer than this, in milliseconds. */
  command_p99_ms: number;
  /** Half of the commits took no longer than this, in milliseconds. */
  commit_p50_ms: number;
  /** 99 of 100 commits took no longer than this, in milliseconds. */
  commit_p99_ms: number;
  /** Alerts that last. */
  active_alerts: number;
};

/** The answer to `GET /api/status/metrics`. */
export type MetricsAnswer = {
  success: true;
  /** What was measured last; null before the first time. */
  data: (Metrics | null);
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** All of it in short. */
export type MetricsSummary = {
  /** Connections that there are. */
  total_connections: number;
  /** Broadcasts that there were. */
  total_broadcasts: number;
  /** Successful deliveries of all receivers of those, from 0 to 1. */
  success_rate: number;
  /** Whether every component works. */
  system_healthy: boolean;
};

/** The server was measured. */
export type MetricsUpdateEvent = {
  /** Its own name. */
  event: "metrics_update";
  /** What. */
  metrics: Metrics;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How a replica gets up to date. */
export type Mode = "current" | "tail" | "snapshot" | "fetch";

/** The model that answered. */
export type ModelInfo = {
  /** Its name. */
  name: string;
  /** How many tokens the answer has, as it counts. */
  total_tokens: number;
};

/** Fields of `MoveNode`. Of `index`, `after`, `before` and `position` at most one; none means last. */
export type MoveNodeData = {
  /** The node. */
  node_id: string;
  /** Its new parent; null makes it a root. */
  new_parent_id: string | null;
  /** How many siblings are to stand before it, itself not counted. */
  index?: number | null;
  /** The sibling right behind which it goes. */
  after?: string | null;
  /** The sibling right before which it goes. */
  before?: string | null;
  /** First or last. */
  position?: (Position | null);
};

/** The body of `POST /api/v1/admin/users/{user_id}/keys`, which may be missing. */
export type NewApiKey = {
  /** What it is called. */
  name?: string | null;
};

/** The body of `POST /api/chat/sessions/{project_id}`. */
export type NewChatSession = {
  /** What it is called. */
  title: string;
  /** What it is for. */
  description?: string | null;
  /** What clients want to know of it. */
  settings?: Record<string, unknown> | null;
};

/** The body of `POST /api/v1/conversations`, which may be missing. */
export type NewConversation = {
  /** What people call it; the server finds a name if it does not say. */
  title?: string | null;
  /** The project that it is of: one where the caller may at least write messages. */
  project_id?: string | null;
  /** Who takes part beside the caller. */
  participants?: Array<NewParticipant> | null;
  /** What clients want to know of it: an object of at most 16 KiB. */
  metadata?: Record<string, unknown> | null;
};

/** The body of `POST /api/v1/admin/invitations`, which may be missing. */
export type NewInvitation = {
  /** The project to which it invites, if to any. */
  project_id?: string | null;
  /** What the new user is there: a viewer if missing. Without a project there is none. */
  role?: (MemberRole | null);
  /** For how many seconds it counts; seven days if missing. */
  expires_in?: number | null;
};

/** A message was sent in a conversation. */
export type NewMessageEvent = {
  /** Its own name. */
  event: "new_message";
  /** Where. */
  conversation_id: string;
  /** The message as it is now. */
  message: MessageView;
};

/** The body of `POST /api/v1/admin/notifications`. */
export type NewNotification = {
  /** What there is to say. */
  message: string;
  /** How grave it is; `info` if it does not say. */
  severity?: (Severity | null);
  /** For who is in this project or hears it. */
  project_id?: string | null;
  /** For this user. */
  user_id?: string | null;
};

/** Somebody who is to take part: the body of `PUT /api/v1/conversations/{conversation_id}/participants`. */
export type NewParticipant = {
  /** Who. */
  user_id: string;
  /** What people call it. */
  name?: string | null;
};

/** The body of `POST /api/v1/projects`. */
export type NewProject = {
  /** The `id` of a template. */
  template_id: string;
  /** What people call it. */
  project_name: string;
  /** Whether its nodes are held to what the template says; the server's default if missing. */
  strict?: boolean | null;
};

/** The body of `POST /api/v1/projects/{project_id}/invitations`. */
export type NewProjectInvitation = {
  /** What the new user is in the project. */
  role: MemberRole;
  /** For how many seconds it counts; seven days if missing. */
  expires_in?: number | null;
};

/** The body of `PATCH /api/v1/conversations/{conversation_id}/messages/{message_id}`. */
export type NewText = {
  /** What it says now: 1 to 32,768 characters. */
  text: string;
};

/** The body of `POST /api/v1/admin/users`. */
export type NewUser = {
  /** Who it is: not beginning with `anonymous:`. */
  user_id: string;
  /** What people call it. */
  name?: string | null;
  /** Its password. Without one it signs in by API keys alone. */
  password?: string | null;
  /** Whether it may do everything. */
  is_admin?: boolean | null;
};

/** The body of `POST /api/v1/projects/{id}/versions`. */
export type NewVersion = {
  /** What people call it; no two of a project alike. */
  name: string;
  /** The last event of a command; the head if missing. */
  seq?: number | null;
};

/** A node came into being. */
export type NodeCreatedEvent = {
  /** Its own name. */
  event: "node-created";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The new node. */
  node_id: string;
  /** Null for a root. */
  parent_id: string | null;
  /** How many siblings stood before it. */
  index: number;
  /** The template's node type. */
  blueprint_type_id: string;
  /** What people call it. */
  name: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** The node itself. */
  node: CreatedNode;
};

/** A node and everything below it went. */
export type NodeDeletedEvent = {
  /** Its own name. */
  event: "node-deleted";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The topmost node. */
  node_id: string;
  /** All of them, parents first. */
  node_ids: Array<string>;
  /** Where the topmost one stood. */
  parent_id: string | null;
};

/** A node got a parent, or another place. */
export type NodeLinkedEvent = {
  /** Its own name. */
  event: "node-linked";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The parent that it got or left; null when a root got another place among the roots. */
  parent_id: string | null;
  /** Which node. */
  child_id: string;
  /** How many siblings stand, or stood, before it. */
  index: number;
};

/** A node and everything below it. */
export type NodeTree = {
  /** A UUID. */
  id: string;
  /** The template's node type. */
  blueprint_type_id: string;
  /** What people call it. */
  name: string;
  /** Values by property id; a property without a value is not there. */
  properties: Properties;
  /** Null for a root. */
  parent_id: string | null;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** In their order. */
  children: Array<NodeTree>;
  /** The node that blocks this one. */
  blocked_by: string | null;
  /** Node types that belong below it, as the template has them. */
  allowed_children: Array<string>;
  /** The icon that the template gives it. */
  icon_id: string | null;
  /** The indicator of its status. */
  indicator_id: string | null;
  /** The set that the indicator belongs to. */
  indicator_set: string | null;
  /** The same, as one object; only there if the node has an indicator. */
  indicator?: Indicator;
};

/** A node type of a template. */
export type NodeTypeSchema = {
  /** What `blueprint_type_id` takes. */
  id: string;
  /** For people. */
  name: string;
  /** For people. */
  description: string;
  /** Types that belong below it. */
  allowed_children: Array<string>;
  /** Whether clients offer a time log. */
  has_time_log: boolean;
  /** An icon that clients know. */
  icon_id: string | null;
  /** In the order in which clients show them. */
  properties: Array<PropertySchema>;
};

/** A node left its parent, or its place. */
export type NodeUnlinkedEvent = {
  /** Its own name. */
  event: "node-unlinked";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The parent that it got or left; null when a root got another place among the roots. */
  parent_id: string | null;
  /** Which node. */
  child_id: string;
  /** How many siblings stand, or stood, before it. */
  index: number;
};

/** A node got a name. */
export type NodeUpdatedEvent = {
  /** Its own name. */
  event: "node-updated";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** Which node. */
  node_id: string;
  /** Its new name. */
  name: string;
  /** The one before. */
  old_name: string;
};

/** A notification that was sent. */
export type NotificationSent = {
  /** Names the broadcast that it is. */
  broadcast_id: string;
  /** How many connections it is for. */
  target_count: number;
};

/** `command:executed` under its older name. */
export type OlderCommandExecutedEvent = {
  /** Its own name. */
  event: "command-executed";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
  success: true;
  /** What the answer says. */
  result: Executed;
  error: null;
};

/** `command:executing` under its older name. */
export type OlderCommandExecutingEvent = {
  /** Its own name. */
  event: "command-executing";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
};

/** `command:redo` under its older name. */
export type OlderCommandRedoEvent = {
  /** Its own name. */
  event: "redo";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
};

/** `command:undo` under its older name. */
export type OlderCommandUndoEvent = {
  /** Its own name. */
  event: "undo";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** Which command. */
  command_id: string;
  /** Its type. */
  command_type: string;
};

/** `session:connected` under its older name. */
export type OlderSessionConnectedEvent = {
  /** Its own name. */
  event: "session-connected";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The connection that joined or left. */
  client_id: string;
  /** Joined connections after that. */
  active_clients: number;
};

/** `session:disconnected` under its older name. */
export type OlderSessionDisconnectedEvent = {
  /** Its own name. */
  event: "session-disconnected";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The connection that joined or left. */
  client_id: string;
  /** Joined connections after that. */
  active_clients: number;
};

/** What becomes of an undo or a redo where something would be left alone. */
export type OnConflict = "skip" | "refuse";

/** One choice of a select. */
export type OptionSchema = {
  /** What the property holds. */
  id: string;
  /** The same value. */
  uuid: string;
  /** For people. */
  name: string;
  /** The indicator that clients show for it. */
  indicator_id: string | null;
  /** A character that clients draw for that indicator. */
  bullet: string | null;
};

/** Why a template does not know a value. */
export type OrphanReason = "UNKNOWN_TYPE" | "UNKNOWN_PROPERTY" | "UNKNOWN_OPTION" | "WRONG_KIND";

/** The answer to `GET /api/v1/projects/{id}/orphaned-properties`. */
export type OrphanedProperties = {
  /** In the order of the tree, those of a node by their ids. */
  orphaned: Array<OrphanedProperty>;
  /** How many there are on all pages. */
  total: number;
  /** How many were passed over. */
  offset: number;
  /** How many a page has at most. */
  limit: number;
};

/** A value that is kept although the template does not know it. */
export type OrphanedProperty = {
  /** Whose. */
  node_id: string;
  /** What people call that node. */
  name: string;
  /** The node's type. */
  blueprint_type_id: string;
  /** Which property. */
  property_id: string;
  /** Never null. */
  value: unknown;
  /** Why the template does not know it. */
  reason: OrphanReason;
};

/** Somebody who is in a session, by one connection, by several, or by a lease. */
export type Participant = (Doing & {
  /** Who it is: tabs and devices of one person have the same. */
  user_id: string;
  /** What people call it. */
  name?: string;
  /** The color it is shown in, as `#rrggbb`. */
  color: string;
  /** Whether it is there. */
  status: PresenceStatus;
  /** The connections it has now. */
  connections: Array<string>;
});

/** The answer to `PUT` and `DELETE /api/v1/conversations/{conversation_id}/participants`. */
export type ParticipantSet = {
  success: true;
  /** Who. */
  user_id: string;
  /** Whether it takes part now. */
  takes_part: boolean;
};

/** What the thresholds are held against. */
export type Performance = {
  /** How long a command took to be answered on average, in seconds. */
  avg_response_time: number;
  /** The share of answers that say that the server failed. */
  avg_error_rate: number;
  /** Connections that there are. */
  current_connections: number;
};

/** Something is wrong with the server, got worse, or is over. */
export type PerformanceAlertEvent = {
  /** Its own name. */
  event: "performance_alert";
  /** The alert. */
  alert: Alert;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How far a conversation is with one of its phases. */
export type PhaseProgress = {
  /** The phase. */
  id: string;
  /** What people call it; its id if nobody has said that. */
  name: string;
  /** Whether it is behind, here or ahead. */
  status: PhaseStatus;
  /** How long it took, once it is known. */
  duration_sec: number | null;
};

/** The answer to `GET /api/state/phase`. */
export type PhaseState = {
  /** The phase that it is in; `unknown` if it is in none. */
  current_phase_id: string;
  /** The phase's place among those that are known, from 0. */
  phase_index: number;
  /** How many phases are known. */
  total_phases: number;
  /** What people call it; `Unknown Phase` if nobody has said that, `Unknown` if it is in none. */
  phase_name: string;
  /** What the session goes by; `single_profile` if nobody has said that. */
  phase_profile: string;
  /** The phases that are known, in their order. */
  progress: Array<PhaseProgress>;
};

/** Where a phase stands to the one that the conversation is in. */
export type PhaseStatus = "completed" | "active" | "upcoming";

/** Where a node stands, and who put it there. */
export type PlaceWrite = (LastWrite & {
  /** Null for a root. */
  parent_id: string | null;
  /** How many siblings stand before it. */
  index: number;
});

/** An end of a list of siblings. */
export type Position = "first" | "last";

/** The body of `PUT /api/v1/sessions/{id}/presence`. */
export type PresenceBody = (DoingChange & {
  /** The color to be shown in, as `#rrggbb`. */
  color?: string | null;
});

/** The answer to `PUT /api/v1/sessions/{id}/presence`. */
export type PresenceLease = {
  success: true;
  /** For how long the participant is there without another word, in milliseconds. */
  lease_ms: number;
  /** As it is now. */
  participant: Participant;
};

/** Whether a participant is there. */
export type PresenceStatus = "active" | "away";

/** Who is here, or what they are at, changed. Of several changes only the last is told. */
export type PresenceUpdateEvent = {
  /** Its own name. */
  event: "presence:update";
  /** The room. */
  session_id: string;
  /** Those who came or changed, as they are now. */
  participants: Array<Participant>;
  /** Those who are gone. */
  left: Array<string>;
  /** `participants` are all there are: forget everybody else. */
  reset?: boolean;
};

/** Who is in a session, over REST. */
export type PresenceView = {
  /** The room. */
  session_id: string;
  /** Everybody who is there, by `user_id`. */
  participants: Array<Participant>;
};

/** How the server ended somebody's last connection in a session. */
export type PreviousEnd = {
  /** Why. */
  reason: EndReason;
  /** When: RFC 3339, UTC, milliseconds, `Z`. */
  at: string;
};

/** The body of `POST /api/chat/process`. */
export type ProcessRequest = {
  /** The project, or a word for one that is kept elsewhere. */
  project_id: string;
  /** What is asked. */
  user_message: string;
  /** A session of the project's chat, or a word for one; without it the one of those who name none. */
  session_id?: string | null;
  /** What else the assistant is shown. */
  context?: Record<string, unknown> | null;
  /** Whether an answer that is not sure has to be looked at. True if it is not said. */
  require_verification?: boolean | null;
};

/** The answer to `POST /api/chat/process`. */
export type ProcessedChat = {
  success: true;
  /** The answer. */
  ai_response: AiResponse;
  /** Whether somebody should look at it. */
  verification_required: boolean;
  /** What to ask whoever wrote the message; null if nobody needs to look. */
  verification_prompt: string | null;
  /** Whether the session has the answer: always. */
  session_updated: boolean;
  /** Whether the message is kept: always. */
  message_stored: boolean;
  /** How long it took, in seconds. */
  processing_time: number;
  error_message: null;
  /** Names the request, as in its events. */
  request_id: string;
  /** The conversation that the session is. */
  conversation_id: string;
};

/** What the assistant did since the server's start. */
export type ProcessingTotals = {
  /** Messages that it answered. */
  answered: number;
  /** Messages that it did not. */
  failed: number;
  /** Answers that were to be looked at. */
  verification_required: number;
  /** How long an answer took, in seconds; null before the first. */
  average_processing_time: number | null;
  /** How sure it was; null before the first. */
  average_confidence: number | null;
};

/** The project got another name. */
export type ProjectChangedEvent = {
  /** Its own name. */
  event: "project_updated";
  /** The project. */
  project_id: string;
  /** Its room. */
  session_id: string;
  /** What people call it now. */
  name: string;
  /** Who did it. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/chat/sessions/{project_id}`. */
export type ProjectChatSessions = {
  /** The project. */
  project_id: string;
  /** Its sessions, the latest activity first; 100 at most. */
  sessions: Array<ChatSessionInfo>;
  /** How many of them are here. */
  total_count: number;
  /** Whether there are more. */
  has_more: boolean;
};

/** How many connections are in a project. */
export type ProjectConnections = {
  /** Which. */
  project_id: string;
  /** How many. */
  active_connections: number;
};

/** The answer to `POST /api/v1/projects`. */
export type ProjectCreated = {
  /** The durable thing. */
  project_id: string;
  /** The room, made with it and for good. */
  session_id: string;
  /** Its graph: one root. */
  graph: GraphTree;
};

/** The project was made. */
export type ProjectCreatedEvent = {
  /** Its own name. */
  event: "project_created";
  /** The project. */
  project_id: string;
  /** Its room. */
  session_id: string;
  /** What people call it now. */
  name: string;
  /** Who did it. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `DELETE /api/v1/projects/{id}`. */
export type ProjectDeleted = {
  /** Always true. */
  success: boolean;
  /** The project that was. */
  project_id: string;
};

/** The project was deleted. */
export type ProjectDeletedEvent = {
  /** Its own name. */
  event: "project_deleted";
  /** The project. */
  project_id: string;
  /** Its room. */
  session_id: string;
  /** What people call it now. */
  name: string;
  /** Who did it. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A project file, version 1.0, as it is written. Older forms that are read are described in `docs/project-file.md`. */
export type ProjectFile = {
  /** `1.0` */
  version: string;
  /** What people call the project. */
  name?: string;
  /** Whether its nodes are held to what the template says. */
  strict?: boolean;
  /** The file name of the one template that the nodes are made of: `restomod.yaml`. */
  templates: Array<string>;
  /** The nodes without a parent, in their order. */
  roots?: Array<string>;
  /** Every node by its id. */
  nodes: Record<string, FileNode>;
  /** The records of the project's journal, if the export was asked for them. An import passes over them. */
  history?: Array<Record<string, unknown>>;
};

/** The acknowledgement of `join_project` and `leave_project`. */
export type ProjectHeard = {
  success: true;
  /** The project. */
  project_id: string;
  /** Names the connection. */
  connection_id: string;
  /** Whether that is new: whoever hears a project joins it once, whoever does not leaves nothing. */
  changed: boolean;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `POST /api/v1/projects/import`. */
export type ProjectImported = {
  /** The durable thing. */
  project_id: string;
  /** The room, made with it and for good. */
  session_id: string;
  /** What people call it. */
  name: string;
  /** The template it pinned. */
  template_id: string;
  /** How many nodes it has. */
  node_count: number;
  /** Its graph; null if it is too large to send along. */
  graph: (GraphTree | null);
  /** The graph is too large to send along: read it by its own route. */
  graph_omitted?: boolean;
};

/** A connection hears the project. */
export type ProjectJoinedEvent = {
  /** Its own name. */
  event: "project_joined";
  /** The project. */
  project_id: string;
  /** Whose connection it is. */
  user_id: string;
  /** Names the connection. */
  connection_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A connection hears the project no more. */
export type ProjectLeftEvent = {
  /** Its own name. */
  event: "project_left";
  /** The project. */
  project_id: string;
  /** Whose connection it is. */
  user_id: string;
  /** Names the connection. */
  connection_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/v1/projects`. */
export type ProjectList = {
  /** Newest first. */
  projects: Array<ProjectSummary>;
  /** How many there are, on all pages. */
  total: number;
  /** How many stand before this page. */
  offset: number;
  /** How many a page has at most. */
  limit: number;
};

/** The answer to `PATCH /api/v1/projects/{id}`. */
export type ProjectRenamed = {
  /** Always true. */
  success: boolean;
  /** The project. */
  project_id: string;
  /** What it is called now. */
  name: string;
  /** The event that told so. */
  seq: number;
};

/** One project of `GET /api/v1/projects`. */
export type ProjectSummary = {
  /** The durable thing. */
  project_id: string;
  /** Its room. */
  session_id: string;
  /** What people call it. */
  name: string;
  /** The template it pinned. */
  template_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
  /** The journal's head. */
  seq: number;
  /** Whether something was changed since the last save. */
  is_dirty: boolean;
  /** Joined connections. */
  active_clients: number;
};

/** The project got another name. */
export type ProjectUpdatedEvent = {
  /** Its own name. */
  event: "project-updated";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The new name. */
  name: string;
  /** The one before. */
  old_name: string | null;
};

/** The answer to `GET /api/v1/projects/{id}`. */
export type ProjectView = {
  /** The durable thing. */
  project_id: string;
  /** The template it pinned. */
  template_id: string;
  /** That template's version. */
  template_version: string;
  /** Whether its nodes are held to what the template says. */
  strict: boolean;
  /** What people call it. */
  name: string;
  /** Its room. */
  session_id: string;
  /** What the caller is in it; who may do everything is an owner. */
  role: MemberRole;
  /** Its graph, unless the query says `graph=none`. */
  graph?: GraphTree;
};

/** Values by property id. */
export type Properties = Record<string, unknown>;

/** A property was written. */
export type PropertyChangedEvent = {
  /** Its own name. */
  event: "property-changed";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** Whose property. */
  node_id: string;
  /** Which. */
  property_id: string;
  /** The same value: older clients know it by this field. */
  property_name: string;
  /** Null if it had no value. */
  old_value: unknown;
  /** Never null. */
  new_value: unknown;
};

/** A property was deleted. */
export type PropertyDeletedEvent = {
  /** Its own name. */
  event: "property-deleted";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** Whose property. */
  node_id: string;
  /** Which. */
  property_id: string;
  /** The same value: older clients know it by this field. */
  property_name: string;
  /** Null if there was nothing to delete. */
  old_value: unknown;
};

/** That a property has a value. */
export type PropertyIs = {
  /** Which; `name` is the node's name. */
  id: string;
  /** Equal as JSON; null finds the nodes that have no value there. */
  value: unknown;
};

/** A property of a node type. */
export type PropertySchema = {
  /** What `property_id` takes. */
  id: string;
  /** For people. */
  name: string;
  /** `text`, `number`, `currency`, `boolean`, `date` or `select`. */
  type: string;
  /** Whether clients insist on a value. */
  required: boolean;
  /** Null unless it is a select. */
  options: Array<OptionSchema> | null;
  /** The set that the options' indicators belong to. */
  indicator_set: string | null;
};

/** The body of `POST /api/v1/sessions/{session_id}/events`. */
export type Publish = {
  /** What happened, in a word. `session_created`, `heartbeat` and `rate_limit_exceeded` are the server's own. */
  event_type: string;
  /** What there is to say about it: at most 64 KiB of JSON. */
  payload?: Record<string, unknown> | null;
  /** Names it in its session, so that it is published once. `msg_` and eight hexadecimal digits from `80000000` on are the server's own. */
  message_id?: string | null;
  /** The phase that it is of. */
  phase_id?: string | null;
  /** The turn that it is of. */
  turn_id?: number | null;
};

/** `chat:read` */
export type ReadMessages = {
  /** Where. */
  conversation_id: string;
  /** The last message that was read. */
  seq: number;
};

/** The body of `PUT /api/v1/conversations/{conversation_id}/read`. */
export type ReadUpTo = {
  /** The last message that was read; 0 for none. */
  seq: number;
};

/** The answer to `GET /ready` of a server that can work. */
export type Ready = {
  /** Always `ready`. */
  status: string;
};

/** What is told while it happens. */
export type RealtimeFeatures = {
  /** What is said in conversations. */
  chat: boolean;
  /** How it is with the server, to who asks. */
  status: boolean;
  /** What is remembered of a project. */
  memory: boolean;
};

/** The assistant did not answer, and is asked again. */
export type RecoveryAttemptEvent = {
  /** Its own name. */
  event: "recovery_attempt";
  /** What did not work: `ai_service`. */
  component: string;
  /** Which attempt the next one is; the first was 1. */
  attempt: number;
  /** How long until then, in milliseconds. */
  next_in_ms: number;
  /** The project. */
  project_id: string;
  /** Where it was asked. */
  conversation_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The body of `POST /auth/refresh`. */
export type RefreshRequest = {
  /** The refresh token. */
  refresh_token: string;
};

/** The answer to anything that was refused. */
export type Rejected = {
  success: false;
  /** If the command got as far as having one. */
  command_id?: string;
  /** What and why. */
  error: ErrorBody;
};

/** The body of `PATCH /api/v1/projects/{id}`. */
export type RenameProject = {
  /** The new name. */
  name: string;
  /** The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing. */
  command_id?: string | null;
};

/** Fields of `ReorderNode`. */
export type ReorderNodeData = {
  /** The node. */
  node_id: string;
  /** How many siblings are to stand before it; past the end puts it last. */
  new_index: number;
};

/** The body of `POST /api/v1/projects/{id}/restore`. */
export type RestoreBody = {
  /** The last event of the command behind which things were as they are to be. */
  seq: number;
  /** The node that is restored, with everything below it; the whole graph if missing. */
  node_id?: string | null;
  /** The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing. */
  command_id?: string | null;
};

/** The body of `POST /auth/revoke`. */
export type RevokeRequest = {
  /** The token to take back. */
  token: string;
};

/** The answer to the routes that save. */
export type Saved = {
  /** Always true. */
  success: boolean;
  /** The project's session. */
  session_id: string;
  /** Whether something was changed since: somebody may have been quick. */
  is_dirty: boolean;
};

/** Whose steps. */
export type Scope = "mine" | "session";

/** The body of `POST /api/v1/projects/{id}/graph/search`: a node has to match all that is given. */
export type SearchBody = {
  /** A part of the name, of a text property, or of the name of a chosen option, whatever the case. */
  query?: string | null;
  /** A node type. */
  blueprint_type_id?: string | null;
  /** A property's value. */
  property?: (PropertyIs | null);
  /** How many nodes to tell of; 50 if it does not say. */
  limit?: number | null;
};

/** The answer to `POST /api/v1/projects/{id}/graph/search`. */
export type SearchResults = {
  /** In the order of the tree. */
  results: Array<FoundNode>;
  /** How many nodes match, told or not. */
  total: number;
};

/** `chat:send` */
export type SendMessage = (MessageBody & {
  /** Where. */
  conversation_id: string;
});

/** The answer to `GET /health` and `GET /api/health`. */
export type ServerHealth = {
  /** Always `healthy`. */
  status: string;
  /** Always `graphroom`. */
  service: string;
  /** The program's version. */
  version: string;
  /** What time it is there. */
  timestamp: string;
  /** Whether an event was published in any session within the last minute. */
  engine_running: boolean;
};

/** The server goes down. */
export type ServerShutdownEvent = {
  /** Its own name. */
  event: "server_shutdown";
  /** When to try again, in milliseconds from now. */
  retry_after_ms: number;
};

/** The answer to `GET /`. */
export type ServiceView = {
  /** Always `graphroom`. */
  service: string;
  /** The program's version. */
  version: string;
  /** Paths to go on from, by what they show. */
  links: Record<string, string>;
};

/** The project was deleted; always its last event. */
export type SessionClosedEvent = {
  /** Its own name. */
  event: "session:closed";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** Why: `deleted`. */
  reason: string;
};

/** A connection joined. */
export type SessionConnectedEvent = {
  /** Its own name. */
  event: "session:connected";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The connection that joined or left. */
  client_id: string;
  /** Joined connections after that. */
  active_clients: number;
};

/** The answer to `POST /api/v1/sessions`. */
export type SessionCreated = {
  /** The room, without a project. */
  session_id: string;
};

/** A connection left. */
export type SessionDisconnectedEvent = {
  /** Its own name. */
  event: "session:disconnected";
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  timestamp: string;
  /** The connection that joined or left. */
  client_id: string;
  /** Joined connections after that. */
  active_clients: number;
};

/** The answer to `GET /api/v1/sessions/{id}/info`. */
export type SessionInfo = (SessionView & {
  /** Null without a project. */
  project_id: string | null;
  /** Whether anybody's step can be undone. */
  undo_available: boolean;
  /** Whether anybody's step can be redone. */
  redo_available: boolean;
  /** How many nodes the graph has. */
  node_count: number;
  /** Null without a project. */
  template_id: string | null;
  /** The journal's identity. */
  epoch: string | null;
  /** The journal's head. */
  seq: number;
  /** `initializing` without a project, else `active`, `paused`, `completed` or `error`. */
  state: string;
  /** The connections that are joined. */
  connections: Array<ConnectionView>;
});

/** The answer to `GET /api/v1/sessions`. */
export type SessionList = {
  /** Newest last. */
  sessions: Array<SessionView>;
  /** How many there are. */
  total: number;
};

/** A connection in a session. */
export type SessionMember = {
  /** Names the connection, and no other one ever. */
  connection_id: string;
  /** The socket's id: `client_id` in events. */
  client_id: string;
  /** Whose it is. */
  user_id: string;
  /** What people call who that is. */
  display_name: string | null;
  /** What it comes by. */
  transport: Transport;
  /** The protocol and its generation: `engine.io 4`. */
  protocol: string;
  /** Where it comes from. */
  address: string;
  /** Since when it is there. */
  connected_at: string;
  /** How graph events come to it. */
  delivery: Delivery;
  /** What its user is there; null of one that is nobody any more. */
  role: (MemberRole | null);
  /** Graph events that it has yet to be handed. */
  behind: number;
  /** Packets that were handed to its connection and have not left, and answers that wait for their turn. */
  queued_packets: number;
  /** The bytes of them. */
  queued_bytes: number;
  /** How old the oldest graph event is that it has yet to be handed; null if there is none. */
  lag_ms: number | null;
  /** How long the last ping was on its way there and back: Engine.IO's or the WebSocket's own, which the server sends and which travelled alone. The client's own time to answer is in it. Null before the first, over polling, and of clients that ping the server. */
  round_trip_ms: number | null;
  /** When what it showed to say who it is ends by itself; null if it does not. */
  token_expires_at: string | null;
  /** Events that came from it. */
  received: number;
  /** Packets that were handed to it. */
  sent: number;
  /** When something last came from it, be it the answer to a ping. */
  last_activity_at: string;
};

/** A state that a session with a project can be in. */
export type SessionState = "active" | "paused" | "completed" | "error";

/** The session is worked in, or no longer. */
export type SessionStateEvent = {
  /** Its own name. */
  event: "session:state";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** `active`, `paused`, `completed` or `error`. */
  state: string;
  /** What it was before. */
  old_state: string;
};

/** An answer of the assistant's that is under way. */
export type SessionStream = {
  /** Names it. */
  stream_id: string;
  /** Where it is written. */
  conversation_id: string;
  /** Which model writes it. */
  model: string;
  /** How long it is by now, in characters. */
  length: number;
  /** When it began. */
  started_at: string;
};

/** The answer to `POST /auth/session`. */
export type SessionToken = {
  /** What is shown, with every request or when a socket connects. It is told this once. */
  session_token: string;
  /** Whom it names. */
  user_id: string;
  /** For how many seconds it counts if it is not used. */
  expires_in: number;
};

/** The answer to `POST /api/v1/admin/sessions/{session_id}/unload`. */
export type SessionUnloaded = {
  unloaded: true;
};

/** One session of `GET /api/v1/sessions`. */
export type SessionView = {
  /** The room. */
  session_id: string;
  /** RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
  /** The last join, leave or command. */
  last_activity: string;
  /** Joined connections. */
  active_clients: number;
  /** Whether there is a graph. */
  has_project: boolean;
};

/** The body of `POST /api/v1/admin/maintenance`. */
export type SetMaintenance = {
  /** Whether commands are refused from now on. */
  enabled: boolean;
  /** Why, in a sentence. */
  reason?: string | null;
  /** When clients are to try again, in milliseconds; 30 s if it does not say. */
  retry_after_ms?: number | null;
};

/** The body of `PUT /api/v1/projects/{project_id}/members`. */
export type SetMember = {
  /** Who. */
  user_id: string;
  /** What from now on. */
  role: MemberRole;
};

/** `presence:set` */
export type SetPresence = (DoingChange & {
  /** The room. */
  session_id: string;
});

/** The body of `POST /api/v1/sessions/{id}/state`. */
export type SetState = {
  /** Where to go on to. */
  state: SessionState;
  /** The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing. */
  command_id?: string | null;
};

/** How grave a notification is. */
export type Severity = "info" | "warning" | "critical";

/** A place in a journal: everything up to it is known. */
export type Since = {
  /** The journal's identity. */
  epoch: string;
  /** The last event that is known; 0 for none. */
  seq: number;
};

/** A command, but no batch. */
export type SingleCommand = ({
  /** Makes a node. */
  data: CreateNodeData;
  command_type: "CreateNode";
} | {
  /** Deletes a node and everything below it. */
  data: DeleteNodeData;
  command_type: "DeleteNode";
} | {
  /** Writes a property. `name` is the node's name. */
  data: UpdatePropertyData;
  command_type: "UpdateProperty";
} | {
  /** Deletes a property. */
  data: DeletePropertyData;
  command_type: "DeleteProperty";
} | {
  /** The same under its older name. */
  data: DeleteOrphanedPropertyData;
  command_type: "DeleteOrphanedProperty";
} | {
  /** Puts a node under a parent, last; it leaves the parent that it had. */
  data: LinkNodeData;
  command_type: "LinkNode";
} | {
  /** Makes a child the last root. */
  data: UnlinkNodeData;
  command_type: "UnlinkNode";
} | {
  /** Puts a node elsewhere. */
  data: MoveNodeData;
  command_type: "MoveNode";
} | {
  /** Puts a node elsewhere among its siblings. */
  data: ReorderNodeData;
  command_type: "ReorderNode";
} | {
  /** Copies what is below one node under another. */
  data: ApplyKitData;
  command_type: "ApplyKit";
} | {
  /** Says what a node waits for. */
  data: UpdateBlockingRelationshipData;
  command_type: "UpdateBlockingRelationship";
} | {
  /** Moves the project to the present version of a template. */
  data: AdoptTemplateData;
  command_type: "AdoptTemplate";
});

/** Who speaks. */
export type Speaker = "human" | "ai" | "silence";

/** The answer to `GET /api/state/speaker`. */
export type SpeakerStatus = {
  /** Who speaks. */
  speaker: Speaker;
  /** Since when: seconds since the Unix epoch. Of the last event, if nobody has spoken yet. */
  timestamp: number;
  /** The phase that it is in. */
  phase_id: string | null;
};

/** The answer to `POST /api/v1/sessions/{id}/state`. */
export type StateSet = {
  success: true;
  /** The session. */
  session_id: string;
  /** Where it is now. */
  state: string;
  /** The event that told of it; the head if it was there already. */
  seq: number;
};

/** `details` of `CONFLICT` where an undo or redo was to be refused rather than leave anything alone. */
export type StepRefused = {
  /** The command whose step it is, and stays. */
  undone_command_id: string;
  /** That command's type. */
  command_type: string;
  /** Whether nothing of the step could be done. */
  all_left_alone: boolean;
  /** What would be left alone. */
  conflicts: Array<Conflict>;
  /** How many conflicts there are beyond those. */
  conflicts_omitted?: number;
};

/** A frame of `/ws`: an event that was published, or a graph event, or word of the stream itself. */
export type StreamEvent = {
  /** Names it in its session. */
  message_id: string;
  /** What happened, in a word. */
  event_type: string;
  /** When: seconds since the Unix epoch. */
  timestamp: number;
  /** What there is to say about it. */
  payload: Record<string, unknown>;
  /** The phase that it is of. */
  phase_id: string | null;
  /** The turn that it is of. */
  turn_id: number | null;
};

/** An answer of the assistant that is being written. */
export type StreamView = {
  /** Names it. */
  stream_id: string;
  /** Which model writes it. */
  model: string;
  /** The message that it answers. */
  reply_to?: string;
  /** The text so far: what comes next is at its end. */
  text: string;
};

/** The acknowledgement of `subscribe` and `unsubscribe`. */
export type Subscribed = {
  success: true;
  /** What happened to each topic, in the order of the request. */
  topics: Array<TopicHeard>;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The acknowledgement of `leave_session` and `ping`: there is nothing more to say. */
export type Success = {
  success: true;
};

/** How the server is. */
export type System = {
  /** In short. */
  health: HealthSummary;
  /** What was measured last; null before the first time. */
  metrics: (Metrics | null);
  /** The alerts that are kept, a hundred at most, oldest first. */
  alerts: Array<Alert>;
  /** What the thresholds are held against. */
  performance: Performance;
  /** What failed several times in a row is left alone for a while. */
  circuit_breakers: Record<string, BreakerView>;
  /** When that was. */
  timestamp: string;
};

/** The answer to `GET /api/websocket/status/system` and `POST /api/websocket/status/health-check`. */
export type SystemAnswer = {
  success: true;
  /** How it is. */
  data: System;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A word of an operator's. */
export type SystemNotificationEvent = {
  /** Its own name. */
  event: "system_notification";
  /** What there is to say. */
  message: string;
  /** How grave it is. */
  severity: Severity;
  /** For whom it is, if it is for who is in one project or hears it. */
  project_id?: string;
  /** For whom it is, if it is for one user. */
  user_id?: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** How the server is: every minute, and whenever its health changes. */
export type SystemStatusUpdateEvent = {
  /** Its own name. */
  event: "system_status_update";
  /** In short. */
  health: HealthSummary;
  /** What was measured last; null before the first time. */
  metrics: (Metrics | null);
  /** The last ten alerts, oldest first. */
  alerts: Array<Alert>;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** `undo` and `redo`. */
export type TakeBack = {
  /** The session whose step it is. */
  session_id: string;
  /** Whose steps; `mine` if it does not say. */
  scope?: (Scope | null);
  /** Even where others wrote since. */
  force?: boolean | null;
  /** What becomes of it where something would be left alone; `skip` if it does not say. */
  on_conflict?: (OnConflict | null);
  /** The client's name for the command: repeating it is safe. */
  command_id?: string | null;
  /** Whether the answer should hold the graph. */
  graph?: boolean | null;
};

/** The body of `POST /api/v1/sessions/{id}/undo` and `/redo`, which may be missing. */
export type TakeBackBody = {
  /** Whose steps; `session` if it does not say. */
  scope?: (Scope | null);
  /** Even where others wrote since. */
  force?: boolean | null;
  /** What becomes of it where something would be left alone; `skip` if it does not say. */
  on_conflict?: (OnConflict | null);
  /** The client's name for the command: repeating it is safe. `Idempotency-Key` is the same thing. */
  command_id?: string | null;
};

/** The project moved to another version of a template, or to another template. */
export type TemplateAdoptedEvent = {
  /** Its own name. */
  event: "template-adopted";
  /** The room. */
  session_id: string;
  /** The project. */
  project_id: string;
  /** The journal's identity. */
  epoch: string;
  /** Dense per project. */
  seq: number;
  /** When the command was committed. */
  timestamp: string;
  /** The command that caused it. */
  command_id: string;
  /** That command's type; for `command:undo` and `command:redo` the type of the step. */
  command_type: string;
  /** Who gave the command. */
  author: AuthorView;
  /** The template that the project pins now. */
  template_id: string;
  /** Its version. */
  version: string;
};

/** The answer to `GET /api/v1/templates`. */
export type TemplateList = {
  /** By id. */
  templates: Array<TemplateView>;
};

/** The answer to `GET /api/v1/templates/{id}/schema` and `GET /api/v1/projects/{id}/schema`. */
export type TemplateSchema = {
  /** What `template_id` takes. */
  id: string;
  /** The same value. */
  template_id: string;
  /** Its version: of the file as it is now or, of a project, the one that it pinned. */
  version: string;
  /** For people. */
  name: string;
  /** For people. */
  description: string;
  /** The first is the root's type. */
  node_types: Array<NodeTypeSchema>;
};

/** One template of `GET /api/v1/templates`. */
export type TemplateView = {
  /** What `template_id` takes. */
  id: string;
  /** For people. */
  name: string;
  /** For people. */
  description: string;
};

/** The answer to `POST /auth/token` and `/auth/refresh`. */
export type TokenPair = {
  /** A JWT, to be shown with every request. */
  access_token: string;
  /** A JWT, to get a new pair for, once. */
  refresh_token: string;
  /** How to show the first. */
  token_type: string;
  /** For how many seconds the first is good. */
  expires_in: number;
};

/** The body of `POST /auth/token`. In `token` mode it also shows one thing that proves who it is. */
export type TokenRequest = {
  /** Who the tokens are for. */
  client_id: string;
  /** What its device is called. */
  device_name?: string | null;
  /** What sort of device it is. */
  device_type?: string | null;
  /** The user's password or, with an invitation, the one that the new user is to have: 8 to 256 characters then. */
  password?: string | null;
  /** An API key of that user. */
  api_key?: string | null;
  /** An invitation, by which `client_id` becomes a user. */
  invitation?: string | null;
};

/** The answer to `POST /auth/revoke`. */
export type TokenRevoked = {
  /** For people. */
  message: string;
};

/** The answer to `POST /auth/validate`. */
export type TokenValidity = {
  /** Whether it counts. */
  valid: boolean;
  /** Whose it is, if it counts. */
  client_id?: string | null;
  /** When its time is over, if it counts. */
  expires_at?: string | null;
};

/** What happened to a topic. */
export type TopicHeard = {
  /** The topic, with the id that `user` stands for. */
  topic: string;
  /** Whether that is new: whoever hears a topic subscribes to it once, whoever does not gives up nothing. */
  changed: boolean;
};

/** The argument of `subscribe` and `unsubscribe`. */
export type Topics = {
  /** `status`, `health`, `alerts`, `projects`, `user`, `user:` with a user's id, or `project:` with a project's. */
  topics: Array<string>;
};

/** What a connection comes by. */
export type Transport = "websocket" | "polling";

/** What somebody said. */
export type Turn = {
  /** The number of the turn, as the engine counts. */
  turn_id: number;
  /** Whose: `human` or `ai`, or what else the engine calls it; `unknown` if it does not say. */
  speaker: string;
  /** The words. */
  transcript: string;
  /** When: seconds since the Unix epoch. */
  timestamp: number;
  /** The phase that it was in; `unknown` if it was in none. */
  phase_id: string;
  /** How long it took to say. */
  duration_sec: number;
  /** How long it took until it was said, in milliseconds. */
  latency_ms: number | null;
};

/** The answer to `GET /api/conversation/history`. */
export type TurnHistory = {
  /** The last ones, oldest first. */
  turns: Array<Turn>;
  /** How many there are, also those that are not listed. */
  total: number;
};

/** `typing` */
export type Typing = {
  /** Where. */
  conversation_id: string;
  /** Whether the caller is writing; it counts for six seconds unless it is said again. */
  is_typing: boolean;
};

/** Somebody is writing. */
export type TypingIndicatorEvent = {
  /** Its own name. */
  event: "typing_indicator";
  /** Where. */
  conversation_id: string;
  /** Who. */
  user_id: string;
  /** What people call it. */
  name?: string;
};

/** Somebody is writing no more. */
export type TypingStopEvent = {
  /** Its own name. */
  event: "typing_stop";
  /** Where. */
  conversation_id: string;
  /** Who. */
  user_id: string;
  /** What people call it. */
  name?: string;
};

/** Fields of `UnlinkNode`. */
export type UnlinkNodeData = {
  /** The parent that it has. */
  parent_id: string;
  /** The node. */
  child_id: string;
};

/** Fields of `UpdateBlockingRelationship`. */
export type UpdateBlockingRelationshipData = {
  /** The node that waits. */
  blocked_node_id: string;
  /** What it waits for; null for nothing. */
  blocking_node_id: string | null;
};

/** Fields of `UpdateProperty`. */
export type UpdatePropertyData = {
  /** Whose property. */
  node_id: string;
  /** Which: at most 256 bytes. */
  property_id: string;
  /** The value; null or none deletes the property. */
  new_value?: unknown;
  /** The same under another name; `new_value` goes before it. */
  value?: unknown;
  /** With `check`: what must be there now. */
  old_value?: unknown;
  /** Whether `old_value` must be what is there now. */
  check?: boolean | null;
};

/** The first connection of a user hears the project. */
export type UserJoinedEvent = {
  /** Its own name. */
  event: "user_joined";
  /** The project. */
  project_id: string;
  /** Who. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The last connection of a user hears the project no more. */
export type UserLeftEvent = {
  /** Its own name. */
  event: "user_left";
  /** The project. */
  project_id: string;
  /** Who. */
  user_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The answer to `GET /api/v1/admin/users`. */
export type UserList = {
  /** All of them, by their ids. */
  users: Array<UserView>;
};

/** Whether somebody is there. */
export type UserStatus = "online" | "offline";

/** A user came to hear projects, or is gone. */
export type UserStatusChangedEvent = {
  /** Its own name. */
  event: "user_status_changed";
  /** A project that the user hears, or has heard since it is online. */
  project_id: string;
  /** Who. */
  user_id: string;
  /** How it is now. */
  status: UserStatus;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** Somebody writes in a conversation of the project, or no more. */
export type UserTypingEvent = {
  /** Its own name. */
  event: "user_typing";
  /** The project. */
  project_id: string;
  /** Where it writes. */
  conversation_id: string;
  /** Who. */
  user_id: string;
  /** Whether it does. */
  is_typing: boolean;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** A user. */
export type UserView = {
  /** Who it is. */
  user_id: string;
  /** What people call it. */
  name?: string | null;
  /** Whether it may do everything. */
  is_admin: boolean;
  /** Whether it may do nothing. */
  is_disabled: boolean;
  /** Whether it can sign in by a password. */
  has_password: boolean;
  /** When it was made. */
  created_at: string;
};

/** A value, and who wrote it. */
export type ValueWrite = (LastWrite & {
  /** Null if it was deleted. */
  value: unknown;
});

/** The answer to `POST /api/chat/verify`. */
export type VerifiedChat = {
  success: true;
  /** Whether the answer holds. */
  verified: boolean;
  /** How sure that is, from 0 to 1. */
  confidence: number;
  /** Why. */
  feedback: string;
  /** `low`, `medium` or `high`. */
  verification_intensity: string;
  /** How long it took, in seconds. */
  processing_time: number;
  /** Names the request, as in its events. */
  request_id: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The body of `POST /api/chat/verify`. */
export type VerifyRequest = {
  /** The project, which is told. */
  project_id: string;
  /** What the answer says. */
  response: string;
  /** What it answers. */
  user_message?: string | null;
  /** `low`, `medium` or `high`; `medium` if it is not said. */
  verification_intensity?: string | null;
};

/** The answer to `DELETE /api/v1/projects/{id}/versions/{version}`. */
export type VersionDeleted = {
  /** Always true. */
  success: boolean;
  /** What it was. */
  version_id: string;
  /** What it was called. */
  name: string;
};

/** The answer to `GET /api/v1/projects/{id}/versions`. */
export type VersionList = {
  /** The latest places first, those of one place by name. */
  versions: Array<VersionView>;
  /** How many there are. */
  total: number;
};

/** A place in a project's journal that has a name. */
export type VersionView = {
  /** A UUID. */
  version_id: string;
  /** What people call it. */
  name: string;
  /** The place: what `at` and a restore take. */
  seq: number;
  /** Who named it: a `user_id`. */
  by: string;
  /** When it was named: RFC 3339, UTC, milliseconds, `Z`. */
  created_at: string;
};

/** The answer to `GET /api/v1/sessions/{id}/graph`. The other two routes answer with the graph alone. */
export type VersionedGraph = {
  /** The journal's identity. */
  epoch: string | null;
  /** The last event that the graph includes. */
  seq: number;
  /** The graph. */
  graph: GraphTree;
};

/** Something was refused that came too often; to one that hears a project. */
export type WarningIssuedEvent = {
  /** Its own name. */
  event: "warning_issued";
  /** What it is about. */
  type: WarningType;
  /** The same for people. */
  message: string;
  /** ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** What a warning is about. */
export type WarningType = "rate_limit";

/** What came and went since the server started. */
export type WebsocketFigures = {
  /** For how long, in seconds. */
  uptime: number;
  /** Packets that were handed to clients. */
  messages_sent: number;
  /** Events that came. */
  messages_received: number;
  /** Those that were refused. */
  errors_count: number;
  /** Events that clients may send. */
  event_handlers_count: number;
  /** Always 0: nothing can be put between an event and its handler. */
  middleware_count: number;
};

/** Everything that is told of connections, broadcasts and the server, at once. */
export type WebsocketMetrics = {
  /** As by `GET /api/websocket/status`. */
  websocket: WebsocketStatus;
  /** As by `GET /api/websocket/broadcast/stats`. */
  broadcast: BroadcastStats;
  /** As by `GET /api/websocket/status/system`. */
  status: System;
  /** In short. */
  summary: MetricsSummary;
};

/** The answer to `GET /api/websocket/metrics`. */
export type WebsocketMetricsAnswer = {
  success: true;
  /** All of it. */
  data: WebsocketMetrics;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** What the server was told. */
export type WebsocketSettings = {
  enabled: true;
  /** The first port that it listens on. */
  port: number;
  /** How many connections there may be; 0 for any number. */
  max_connections: number;
  /** What is told while it happens. */
  realtime_features: RealtimeFeatures;
};

/** How it is with the connections of every transport. */
export type WebsocketStatus = {
  /** What came and went since the server started. */
  service: WebsocketFigures;
  /** Who is connected. */
  connections: ConnectionNumbers;
  /** What the server was told. */
  settings: WebsocketSettings;
};

/** The answer to `GET /api/websocket/status`. */
export type WebsocketStatusAnswer = {
  success: true;
  /** How it is. */
  data: WebsocketStatus;
  /** When that was: ISO 8601, UTC, microseconds, `Z`. */
  timestamp: string;
};

/** The argument of `message`: another event. Instead of the object it may be its JSON as a text. */
export type Wrapped = {
  /** Its name. */
  event: string;
  /** Its argument; without it an empty object. */
  data?: unknown;
};

/** The events that clients hear. */
export interface ServerToClientEvents {
  /** A node came into being. */
  "node-created": (payload: NodeCreatedEvent) => void;
  /** A node and everything below it went. */
  "node-deleted": (payload: NodeDeletedEvent) => void;
  /** A node got a name. */
  "node-updated": (payload: NodeUpdatedEvent) => void;
  /** A property was written. */
  "property-changed": (payload: PropertyChangedEvent) => void;
  /** A property was deleted. */
  "property-deleted": (payload: PropertyDeletedEvent) => void;
  /** A node got a parent, or another place. */
  "node-linked": (payload: NodeLinkedEvent) => void;
  /** A node left its parent, or its place. */
  "node-unlinked": (payload: NodeUnlinkedEvent) => void;
  /** A node waits for another one, or no longer. */
  "blocking-changed": (payload: BlockingChangedEvent) => void;
  /** The project got another name. */
  "project-updated": (payload: ProjectUpdatedEvent) => void;
  /** The project moved to another version of a template, or to another template. */
  "template-adopted": (payload: TemplateAdoptedEvent) => void;
  /** So much changed that it is not told one by one: read the graph. */
  "graph-replaced": (payload: GraphReplacedEvent) => void;
  /** The project was deleted; always its last event. */
  "session:closed": (payload: SessionClosedEvent) => void;
  /** The session is worked in, or no longer. */
  "session:state": (payload: SessionStateEvent) => void;
  /** A step was taken back; the events of what changed came before. */
  "command:undo": (payload: CommandUndoEvent) => void;
  /** `command:undo` under its older name. */
  "undo": (payload: OlderCommandUndoEvent) => void;
  /** A step was done again; the events of what changed came before. */
  "command:redo": (payload: CommandRedoEvent) => void;
  /** `command:redo` under its older name. */
  "redo": (payload: OlderCommandRedoEvent) => void;
  /** A command was committed; its events follow. */
  "command:executing": (payload: CommandExecutingEvent) => void;
  /** `command:executing` under its older name. */
  "command-executing": (payload: OlderCommandExecutingEvent) => void;
  /** The events of a command were sent. */
  "command:executed": (payload: CommandExecutedEvent) => void;
  /** `command:executed` under its older name. */
  "command-executed": (payload: OlderCommandExecutedEvent) => void;
  /** A command was refused. */
  "command:failed": (payload: CommandFailedEvent) => void;
  /** A connection joined. */
  "session:connected": (payload: SessionConnectedEvent) => void;
  /** `session:connected` under its older name. */
  "session-connected": (payload: OlderSessionConnectedEvent) => void;
  /** A connection left. */
  "session:disconnected": (payload: SessionDisconnectedEvent) => void;
  /** `session:disconnected` under its older name. */
  "session-disconnected": (payload: OlderSessionDisconnectedEvent) => void;
  /** Graph events, for members that asked for batches. */
  "events": (payload: FrameEvent) => void;
  /** Who is here, or what they are at, changed. Of several changes only the last is told. */
  "presence:update": (payload: PresenceUpdateEvent) => void;
  /** The connection is there: the first frame of a plain WebSocket, the first event on `/`. */
  "connection_established": (payload: ConnectionEstablishedEvent) => void;
  /** The caller joined. */
  "joined": (payload: JoinedEvent) => void;
  /** The caller left. */
  "left": (payload: LeftEvent) => void;
  /** The caller is who it says it is. */
  "authentication_success": (payload: AuthenticationSuccess) => void;
  /** The caller's credentials do not count. */
  "authentication_failed": (payload: AuthenticationFailed) => void;
  /** What the caller showed ends soon: `auth:refresh` goes on without a break. */
  "auth:expiring": (payload: AuthExpiringEvent) => void;
  /** The reply to `ping`. */
  "pong": () => void;
  /** A join or leave was refused, or anything else that asked for no acknowledgement. */
  "error": (payload: ErrorEvent) => void;
  /** A message was sent in a conversation. */
  "new_message": (payload: NewMessageEvent) => void;
  /** A message was edited. */
  "message_updated": (payload: MessageUpdatedEvent) => void;
  /** A message was deleted. */
  "message_deleted": (payload: MessageDeletedEvent) => void;
  /** Somebody has read a conversation's messages up to one of them. */
  "message_read": (payload: MessageReadEvent) => void;
  /** Somebody is writing. */
  "typing_indicator": (payload: TypingIndicatorEvent) => void;
  /** Somebody is writing no more. */
  "typing_stop": (payload: TypingStopEvent) => void;
  /** A conversation was begun; of no project, on the topics of those who take part. */
  "conversation_created": (payload: ConversationCreatedEvent) => void;
  /** A conversation was changed; also to who is in it, and of no project on the topics of those who take part. */
  "conversation_updated": (payload: ConversationUpdatedEvent) => void;
  /** The conversation was deleted; always its last event. Who hears its project is told, too. */
  "conversation_deleted": (payload: ConversationDeletedEvent) => void;
  /** The assistant begins an answer. */
  "assistant:start": (payload: AssistantStartEvent) => void;
  /** The assistant goes on with an answer. */
  "assistant:token": (payload: AssistantTokenEvent) => void;
  /** An answer of the assistant's ended; its message comes next. */
  "assistant:end": (payload: AssistantEndEvent) => void;
  /** A connection hears the project. */
  "project_joined": (payload: ProjectJoinedEvent) => void;
  /** A connection hears the project no more. */
  "project_left": (payload: ProjectLeftEvent) => void;
  /** An event of a client's own, for everybody else who hears the project. */
  "broadcast_message": (payload: BroadcastMessageEvent) => void;
  /** The reply to `heartbeat`. */
  "heartbeat_response": (payload: HeartbeatResponse) => void;
  /** The assistant begins to work on a message. */
  "ai_processing_start": (payload: AiProcessingStartEvent) => void;
  /** A stage of that began or ended. */
  "ai_processing_progress": (payload: AiProcessingProgressEvent) => void;
  /** Something was found out about the message, before the assistant is asked. */
  "context_analysis_complete": (payload: ContextAnalysisEvent) => void;
  /** A message of the project's chat is kept. */
  "message_processed": (payload: MessageProcessedEvent) => void;
  /** The message is answered. */
  "ai_processing_end": (payload: AiProcessingEndEvent) => void;
  /** The message is not answered. */
  "ai_processing_error": (payload: AiProcessingErrorEvent) => void;
  /** A part of the server could not do its work for the project. */
  "error_occurred": (payload: ErrorOccurredEvent) => void;
  /** What the chat of the project is doing changed. */
  "chat_status_update": (payload: ChatStatusUpdateEvent) => void;
  /** How the server is: every minute, and whenever its health changes. */
  "system_status_update": (payload: SystemStatusUpdateEvent) => void;
  /** Something is wrong with the server, got worse, or is over. */
  "performance_alert": (payload: PerformanceAlertEvent) => void;
  /** The server's components were checked. */
  "health_check": (payload: HealthCheckEvent) => void;
  /** The server was measured. */
  "metrics_update": (payload: MetricsUpdateEvent) => void;
  /** Commands are refused from now on, or no more; reading, joining and presence go on. */
  "maintenance_mode": (payload: MaintenanceModeEvent) => void;
  /** A word of an operator's. */
  "system_notification": (payload: SystemNotificationEvent) => void;
  /** The project was made. */
  "project_created": (payload: ProjectCreatedEvent) => void;
  /** The project got another name. */
  "project_updated": (payload: ProjectChangedEvent) => void;
  /** The project was deleted. */
  "project_deleted": (payload: ProjectDeletedEvent) => void;
  /** The first connection of a user hears the project. */
  "user_joined": (payload: UserJoinedEvent) => void;
  /** The last connection of a user hears the project no more. */
  "user_left": (payload: UserLeftEvent) => void;
  /** A user came to hear projects, or is gone. */
  "user_status_changed": (payload: UserStatusChangedEvent) => void;
  /** Somebody writes in a conversation of the project, or no more. */
  "user_typing": (payload: UserTypingEvent) => void;
  /** An answer of the assistant's in a conversation of the project is complete. */
  "ai_response_generated": (payload: AiResponseGeneratedEvent) => void;
  /** The assistant did not answer, and is asked again. */
  "recovery_attempt": (payload: RecoveryAttemptEvent) => void;
  /** The server ends the connection; to one that hears a project. */
  "connection_error": (payload: ConnectionFaultEvent) => void;
  /** The caller came back before its absence was told; to one that hears a project. */
  "connection_restored": (payload: ConnectionRestoredEvent) => void;
  /** Something was refused that came too often; to one that hears a project. */
  "warning_issued": (payload: WarningIssuedEvent) => void;
  /** The server goes down. */
  "server_shutdown": (payload: ServerShutdownEvent) => void;
  /** The graph was replaced, for clients that know it by this name. */
  "external_project_update": (payload: ExternalProjectUpdateEvent) => void;
  /** The file of the project's template was changed. */
  "external_template_update": (payload: ExternalTemplateUpdateEvent) => void;
}

/** The events that clients send, each with its acknowledgement. */
export interface ClientToServerEvents {
  /** Enters a session's room. Replies: `joined`; the others hear `session:connected`. */
  "join_session": (payload: Join, acknowledge: (answer: JoinAnswer | Rejected) => void) => void;
  /** Says what the caller is at. Others hear of it by `presence:update`, and of the latest alone. */
  "presence:set": (payload: SetPresence, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Leaves a session's room. Replies: `left`; the others hear `session:disconnected`. */
  "leave_session": (payload: InSession, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Carries out a command. It is answered once it is durable. */
  "execute_command": (payload: ExecuteCommand, acknowledge: (answer: Accepted | Rejected) => void) => void;
  /** Undoes a step. */
  "undo": (payload: TakeBack, acknowledge: (answer: Accepted | Rejected) => void) => void;
  /** Redoes a step that was undone. */
  "redo": (payload: TakeBack, acknowledge: (answer: Accepted | Rejected) => void) => void;
  /** Reads the graph and the `seq` that it includes. */
  "get_graph": (payload: InSession, acknowledge: (answer: GraphAnswer | Rejected) => void) => void;
  /** Says who the connection is, for clients that do not say it as they connect. Replies: `authentication_success` or `authentication_failed`. */
  "authenticate": (payload: Authenticate, acknowledge: (answer: Authenticated | Rejected) => void) => void;
  /** Shows something newer of the same user, so that the connection goes on without a break. */
  "auth:refresh": (payload: Authenticate, acknowledge: (answer: Authenticated | Rejected) => void) => void;
  /** Enters a conversation: the answer has its latest messages or those after the last one that the caller has, what follows is told. */
  "chat:join": (payload: JoinConversation, acknowledge: (answer: JoinedConversation | Rejected) => void) => void;
  /** Leaves a conversation. */
  "chat:leave": (payload: InConversation, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Sends a message. It is answered once it is durable; everybody else in the conversation, the author's other connections too, is told by `new_message`. */
  "chat:send": (payload: SendMessage, acknowledge: (answer: MessageSent | Rejected) => void) => void;
  /** Writes one of the caller's own messages anew. Everybody is told by `message_updated`. */
  "chat:edit": (payload: EditMessage, acknowledge: (answer: MessageChanged | Rejected) => void) => void;
  /** Deletes a message: one's own, or any as an owner. Everybody is told by `message_deleted`. */
  "chat:delete": (payload: DeleteMessage, acknowledge: (answer: MessageChanged | Rejected) => void) => void;
  /** Says up to which message the caller has read. Everybody is told by `message_read`. */
  "chat:read": (payload: ReadMessages, acknowledge: (answer: MessagesRead | Rejected) => void) => void;
  /** Stops an answer of the assistant's; what it has said so far is kept as a message. */
  "chat:cancel": (payload: CancelAnswer, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Says whether the caller is writing. The others are told by `typing_indicator` and `typing_stop`. */
  "typing": (payload: Typing, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Hears what the assistant does for a project and what is broadcast to it. Everybody who hears it, the caller too, is told by `project_joined`. */
  "join_project": (payload: InProject, acknowledge: (answer: ProjectHeard | Rejected) => void) => void;
  /** Hears a project no more. The caller and everybody who hears it are told by `project_left`. */
  "leave_project": (payload: InProject, acknowledge: (answer: ProjectHeard | Rejected) => void) => void;
  /** Hears topics: how the server is, what concerns the caller, and projects. All of them, or none. */
  "subscribe": (payload: Topics, acknowledge: (answer: Subscribed | Rejected) => void) => void;
  /** Hears topics no more. */
  "unsubscribe": (payload: Topics, acknowledge: (answer: Subscribed | Rejected) => void) => void;
  /** Says that the caller has a broadcast, by the `broadcast_id` that came along with it. Saying it again changes nothing. */
  "broadcast_ack": (payload: AcknowledgeBroadcast, acknowledge: (answer: BroadcastAcknowledged | Rejected) => void) => void;
  /** Sends another event, which is taken as if it had come by its own name, and acknowledged as that is. */
  "message": (payload: Wrapped, acknowledge: (answer: Success | Rejected) => void) => void;
  /** Asks for a sign of life. Replies: `heartbeat_response`. Any argument is taken, and none. */
  "heartbeat": (acknowledge: (answer: Heartbeat) => void) => void;
  /** Asks for a sign of life. Replies: `pong`. It is never refused. */
  "ping": (acknowledge: (answer: Success) => void) => void;
}
