// What the scripts beside this file share: REST calls, Socket.IO members that remember everything
// they were told in order, and waiting for a condition. No assertion about the server stands here,
// and nothing sleeps for a fixed time.

import { clientId, connected, onEvery, open } from './stock.mjs';

/** Where the server under test listens. */
export const SERVER = process.env.GRAPHROOM_URL ?? 'http://127.0.0.1:5000';

/** How long anything may take before a test says what it was waiting for. */
const PATIENCE = 10_000;

/** A valid id that names nothing. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** One HTTP exchange: `{status, type, json}`; `json` is undefined if the answer is none. */
export async function request(method, path, { body, headers = {} } = {}) {
  const answer = await fetch(SERVER + path, { method, body, headers, signal: AbortSignal.timeout(PATIENCE) });
  const text = await answer.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', json };
}

export const get = (path) => request('GET', path);

/** Posts `value` as JSON; without one, a request without a body. */
export function post(path, value, headers = {}) {
  if (value === undefined) return request('POST', path, { headers });
  const json = { 'content-type': 'application/json', ...headers };
  return request('POST', path, { body: JSON.stringify(value), headers: json });
}

/** The body of `POST /api/v1/commands/execute`, sent. */
export const execute = (session_id, command_type, data, extra = {}, headers = {}) =>
  post('/api/v1/commands/execute', { session_id, command_type, data, ...extra }, headers);

/** Makes a project of its own for a test: `{project_id, session_id, graph, root_id}`. */
export async function createProject(project_name = 'A test project') {
  const { status, json } = await post('/api/v1/projects', { template_id: 'restomod', project_name });
  if (status !== 201) throw new Error(`POST /api/v1/projects answered ${status} ${JSON.stringify(json)}`);
  return { ...json, root_id: json.graph.roots[0].id };
}

/** The journal's place as REST tells it: `{epoch, seq, graph}`. */
export async function readGraph(session_id) {
  const { status, json } = await get(`/api/v1/sessions/${session_id}/graph`);
  if (status !== 200) throw new Error(`the graph of ${session_id} answered ${status}`);
  return json;
}

/** Resolves with what `condition` gives as soon as that is truthy; `what()` says what never came. */
export async function until(condition, { timeout = PATIENCE, what = () => 'a condition' } = {}) {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`waited ${timeout} ms in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/**
 * A connected socket that is closed when test `t` ends. `options` are those of socket.io-client, and
 * `client`, its generation.
 */
export async function connect(t, path = '/', options = {}) {
  const socket = await open(SERVER + path, { reconnection: false, ...options });
  t.after(() => socket.disconnect());
  return connected(socket);
}

/** Records every event of `socket`, in order, as `{name, payload}`; answers go in the same list. */
export function collect(socket) {
  const log = [];
  // The welcome comes whenever it comes, beside what a test is about.
  onEvery(socket, (name, payload) => {
    if (name !== 'connection_established') log.push({ name, payload });
  });
  return log;
}

/** A connection with its record and the questions that tests ask it. */
export class Client {
  constructor(socket) {
    this.socket = socket;
    this.log = collect(socket);
  }

  /** Its id as the server tells it. */
  get id() {
    return clientId(this.socket);
  }

  /** Emits with an acknowledgement; the answer is recorded as `{answer}` at the place it came. */
  ask(event, ...args) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer to ${event} in ${PATIENCE} ms`)), PATIENCE);
      this.socket.emit(event, ...args, (answer) => {
        clearTimeout(late);
        this.log.push({ answer });
        resolve(answer);
      });
    });
  }

  execute(session_id, command_type, data, extra = {}) {
    return this.ask('execute_command', { session_id, command_type, data, ...extra });
  }

  /** The payloads of all events with this name so far. */
  told(name) {
    return this.log.filter((entry) => entry.name === name).map((entry) => entry.payload);
  }

  /** The graph events so far: those with a `seq`. */
  graphEvents() {
    const numbered = this.log.filter(({ name, payload }) => name && name !== 'joined' && 'seq' in (payload ?? {}));
    return numbered.map((entry) => entry.payload);
  }

  /** The names of all events so far, in order; an answer stands as `(answer)`. */
  names() {
    return this.log.map((entry) => entry.name ?? '(answer)');
  }

  /** Forgets what was recorded. */
  forget() {
    this.log.length = 0;
  }

  /** Waits until an event of this name was told that `matches`, and gives its payload. */
  async hears(name, matches = () => true) {
    const found = () => this.log.find((entry) => entry.name === name && matches(entry.payload));
    return (await until(found, { what: () => `${name}; heard ${this.names().join(', ')}` })).payload;
  }

  /** Waits until the graph event with this number was told: everything before it was told or is lost. */
  hearsSeq(seq) {
    const last = () => this.graphEvents().at(-1)?.seq;
    return until(() => last() >= seq, { what: () => `seq ${seq}; the last was ${last()}` });
  }
}

/** A client that has joined `session_id`; `client.joined` is the acknowledgement. */
export async function enter(t, session_id, { path = '/', join = {}, ...options } = {}) {
  const client = new Client(await connect(t, path, options));
  client.joined = await client.ask('join_session', { session_id, ...join });
  if (!client.joined.success) throw new Error(`join_session answered ${JSON.stringify(client.joined)}`);
  return client;
}

/** Options of a connection that names its author. */
export const as = (user_id) => ({ auth: { user_id } });
