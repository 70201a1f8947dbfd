// A small typed client. It type-checks with nothing but the generated types, and then it runs.

import { io, type Socket } from 'socket.io-client';
import type {
  Accepted,
  ClientToServerEvents,
  Command,
  ErrorAnswer,
  ErrorCode,
  ExecuteBody,
  NewProject,
  NodeCreatedEvent,
  ProjectCreated,
  Rejected,
  ServerToClientEvents,
  SessionInfo,
} from '../../protocol/generated/protocol';

const server: string = process.env.GRAPHROOM_URL ?? 'http://127.0.0.1:5000';

async function call<T>(path: string, body?: unknown): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${server}/api/v1${path}`, init);
  if (response.ok) return (await response.json()) as T;
  const { error } = (await response.json()) as ErrorAnswer;
  const code: ErrorCode = error.code;
  throw new Error(`${code}: ${error.message}`);
}

const project: NewProject = { template_id: 'restomod', project_name: 'Typed' };
const made = await call<ProjectCreated>('/projects', project);
const root: string = made.graph.roots[0]!.id;

const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(server);
const created = new Promise<NodeCreatedEvent>((resolve) => socket.on('node-created', resolve));
socket.on('undo', (event) => event.command_type satisfies string);
socket.on('server_shutdown', ({ retry_after_ms }) => retry_after_ms.toFixed());

const joined = await socket.emitWithAck('join_session', { session_id: made.session_id });
if (!joined.success) throw new Error(joined.error.message);
const seq: number = joined.seq;

const command: Command = {
  command_type: 'CreateNode',
  data: { parent_id: root, blueprint_type_id: 'phase', name: 'Body work' },
};
const answer: Accepted | Rejected = await socket.emitWithAck('execute_command', {
  session_id: made.session_id,
  ...command,
});
if (!answer.success) throw new Error(answer.error.code);
const event = await created;
if (event.seq !== answer.seq || event.seq !== seq + 1 || event.node.name !== 'Body work') throw new Error('events');

const rename: ExecuteBody = {
  session_id: made.session_id,
  command_type: 'UpdateProperty',
  data: { node_id: event.node_id, property_id: 'name', new_value: 'Paint' },
};
await call<Accepted>('/commands/execute', rename);
const info = await call<SessionInfo>(`/sessions/${made.session_id}/info`);
if (info.node_count !== 2 || !info.has_project) throw new Error('info');
await new Promise<void>((resolve) => socket.emit('ping', () => resolve()));
socket.disconnect();
console.log('the typed client is done');

// What must not type-check. Never called.
export function mistakes(): void {
  // @ts-expect-error There is no such event.
  socket.on('node-made', () => {});
  // @ts-expect-error It takes a session.
  socket.emit('join_session', {}, () => {});
  // @ts-expect-error There is no such command.
  const unknown: Command = { command_type: 'PaintNode', data: {} };
  // @ts-expect-error A new node has a type.
  const incomplete: Command = { command_type: 'CreateNode', data: { name: 'Body work' } };
  // @ts-expect-error A seq is a number.
  socket.on('property-changed', (event) => event.seq.toUpperCase());
  // @ts-expect-error A graph that is too large is null.
  if (answer.success) answer.graph.roots;
  void [unknown, incomplete];
}
