// A browser page of a project manager with an assistant, over `/api/websocket/ws`: it sends and reads what that page does, frame
// for frame, by the WebSocket that browsers have.
//
// Proves FLAT-1, FLAT-2 and FLAT-3 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVER, as, connect, createProject, execute, post, until } from './support.mjs';

/** That of browsers, which younger Nodes have, too. */
const WebSocket = globalThis.WebSocket ?? (await import('ws')).default;
const URL = `${SERVER.replace('http', 'ws')}/api/websocket/ws`;
/** Ten seconds on the page. */
const PING_EVERY = 50;
/** Thirty seconds on the page: without a pong for so long it closes. */
const PONG_WITHIN = 10_000;

/** The page's own client: subscribers by event, filters on top-level fields, a ping again and again. */
class PageClient {
  constructor(query = '', token) {
    this.subscribers = new Map();
    this.frames = [];
    this.errors = [];
    this.pongs = 0;
    this.socket = new WebSocket(URL + query);
    this.socket.onopen = () => {
      // It shows what it keeps, and says no name.
      if (token) this.send('authenticate', { token, timestamp: Date.now() });
      this.lastPong = Date.now();
      this.pinging = setInterval(() => this.ping(), PING_EVERY);
    };
    this.socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    this.socket.onclose = (event) => {
      clearInterval(this.pinging);
      this.closed = event;
    };
  }

  ping() {
    if (Date.now() - this.lastPong > PONG_WITHIN) return this.socket.close();
    this.send('ping', {});
  }

  send(type, fields) {
    this.socket.send(JSON.stringify({ type, ...fields, timestamp: fields.timestamp ?? Date.now() }));
  }

  take(frame) {
    this.frames.push(frame);
    switch (frame.type) {
      case 'connection_established': this.connectionId = frame.connection_id; break;
      case 'pong': this.lastPong = Date.now(); this.pongs += 1; break;
      case 'authentication_success': this.user = frame.user; this.token = frame.token; break;
      case 'authentication_failed': this.user = null; break;
      case 'error': this.errors.push(frame.message); break;
      default:
        for (const { event, filters, callback } of this.subscribers.values()) {
          if (event !== frame.type) continue;
          if (Object.entries(filters).every(([key, value]) => frame[key] === value)) callback(frame);
        }
    }
  }

  subscribe(event, callback, filters = {}) {
    const subscriptionId = `sub_${this.subscribers.size + 1}_${event}`;
    this.subscribers.set(subscriptionId, { event, filters, callback });
    this.send('subscribe', { event, filters, subscriptionId });
    return () => {
      this.subscribers.delete(subscriptionId);
      this.send('unsubscribe', { event, subscriptionId });
    };
  }

  /** The page says that it stopped typing a while after the last key. */
  typing(sessionId, debounce = 30) {
    this.send('typing', { sessionId, isTyping: true });
    clearTimeout(this.stopping);
    this.stopping = setTimeout(() => this.send('typing', { sessionId, isTyping: false }), debounce);
  }

  of(type) {
    return this.frames.filter((frame) => frame.type === type);
  }

  hears(type, fits = () => true) {
    const what = () => `${type} among ${this.frames.map((frame) => frame.type)}`;
    return until(() => this.of(type).find(fits), { what });
  }
}

async function open(t, query, token) {
  const page = new PageClient(query, token);
  t.after(() => page.socket.close());
  await page.hears('connection_established');
  return page;
}

async function conversation(project_id) {
  const { status, json } = await post('/api/v1/conversations', { title: 'Body work', project_id });
  assert.equal(status, 201);
  return json.conversation_id;
}

test('the page is welcomed, stays signed in and is answered its pings', async (t) => {
  const page = await open(t, '?user_id=ann', 'kept-by-the-page');
  const { connection_id, timestamp } = page.of('connection_established')[0];
  assert.equal(page.frames[0].type, 'connection_established');
  assert.ok(connection_id);
  assert.ok(Math.abs(new Date(timestamp) - Date.now()) < 60_000, 'the time has its zone');
  await page.hears('authentication_success');
  assert.deepEqual([page.user.id, page.token], ['ann', 'kept-by-the-page']);
  await until(() => page.pongs >= 5);
  assert.equal(page.socket.readyState, WebSocket.OPEN);
  assert.deepEqual(page.errors, []);
});

test('two pages of a chat see each other type and write, with what they subscribed to', async (t) => {
  const { project_id } = await createProject();
  const sessionId = await conversation(project_id);
  const [ann, bob] = [await open(t, '?user_id=ann'), await open(t, '?user_id=bob')];
  const told = [];
  for (const page of [ann, bob]) {
    page.send('join_project', { projectId: project_id });
    page.send('join_session', { sessionId });
    await page.hears('session_joined', (frame) => frame.sessionId === sessionId);
  }
  for (const event of ['message_received', 'message_updated', 'message_deleted', 'typing_start', 'typing_stop']) {
    ann.subscribe(event, (frame) => told.push([event, frame]), { sessionId });
  }
  const stop = ann.subscribe('user_joined_project', (frame) => told.push(['user_joined_project', frame]));
  await until(() => ann.of('subscription_confirmed').length === 6);

  bob.typing(sessionId);
  const named = (event) => until(() => told.find(([name]) => name === event)?.[1], { what: () => event });
  const started = await named('typing_start');
  assert.deepEqual([started.sessionId, started.userId, started.user.id], [sessionId, 'bob', 'bob']);
  const stopped = await named('typing_stop');
  assert.deepEqual([stopped.sessionId, stopped.userId], [sessionId, 'bob']);

  bob.send('chat:send', { conversationId: sessionId, text: 'Hello', messageId: 'b-1', id: 1 });
  const received = await named('message_received');
  assert.deepEqual([received.messageId, received.userId, received.message.text], ['b-1', 'bob', 'Hello']);
  bob.send('chat:edit', { conversationId: sessionId, messageId: 'b-1', text: 'Hello there' });
  const updated = await named('message_updated');
  assert.deepEqual([updated.messageId, updated.updates.text], ['b-1', 'Hello there']);
  bob.send('chat:delete', { conversationId: sessionId, messageId: 'b-1' });
  const deleted = await named('message_deleted');
  assert.deepEqual([deleted.messageId, deleted.sessionId], ['b-1', sessionId]);

  const cleo = await open(t, '?user_id=cleo');
  cleo.send('join_project', { projectId: project_id });
  assert.equal((await named('user_joined_project')).userId, 'cleo');
  stop();
  await ann.hears('subscription_ended');
  cleo.send('leave_project', { projectId: project_id });
  await cleo.hears('user_left_project');
  assert.equal(ann.of('user_left_project').length, 0, 'that was not subscribed to');
  assert.deepEqual([ann.errors, bob.errors, cleo.errors], [[], [], []]);
});

test('the page and a client of Socket.IO are in one room', async (t) => {
  const { session_id, root_id } = await createProject();
  const page = await open(t, '?user_id=ann');
  const socket = await connect(t, '/', as('bob'));
  const heard = [];
  socket.on('property-changed', (payload) => heard.push(payload));
  await socket.emitWithAck('join_session', { session_id, presence: true });
  page.send('join_session', { sessionId: session_id });
  await page.hears('session_joined');
  await execute(session_id, 'UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: 7 });
  const changed = await page.hears('property-changed');
  assert.deepEqual([changed.sessionId, changed.property_id, changed.new_value], [session_id, 'vin', 7]);
  await until(() => heard.length === 1);
  assert.equal(heard[0].seq, changed.seq);
  const updates = [];
  socket.on('presence:update', (payload) => updates.push(...payload.participants));
  // Presence is told every 50 ms: what comes and goes between is not told.
  page.typing(session_id, 500);
  await until(() => updates.some((one) => one.user_id === 'ann' && one.typing === true));
  await until(() => updates.some((one) => one.user_id === 'ann' && one.typing === false));
  page.send('leave_session', { sessionId: session_id });
  await page.hears('session_left');
  assert.deepEqual(page.errors, []);
});

test('the dashboard gets figures, and its events of a project', async (t) => {
  const [page, other] = [await open(t, '?user_id=ann'), await open(t, '?user_id=bob')];
  const figures = [];
  page.subscribe('system-status', (frame) => figures.push(frame));
  page.send('request-system-status', {});
  await until(() => figures.length === 1);
  const { systemHealth, performance, aiProcessing, activeConnections, lastUpdate } = figures[0];
  assert.equal(systemHealth.status, 'healthy');
  assert.ok(systemHealth.uptime > 0);
  assert.ok(performance.messagesProcessed > 0 && performance.errorRate === 0 && performance.activeUsers >= 2);
  assert.equal(typeof aiProcessing.available, 'boolean');
  assert.ok(activeConnections >= 2 && !Number.isNaN(Date.parse(lastUpdate)));

  const deployed = [];
  page.subscribe('deployed', (frame) => deployed.push(frame), { projectId: 'p1' });
  page.send('subscribe_project', { projectId: 'p1', events: ['deployed'] });
  await page.hears('subscription_confirmed', (frame) => frame.projectId === 'p1');
  other.send('join_project', { projectId: 'p1' });
  await other.hears('user_joined_project');
  other.send('broadcast', { event_type: 'deployed', data: { version: '1.4' } });
  assert.equal((await other.hears('broadcast_sent')).receivers, 1);
  await until(() => deployed.length === 1);
  assert.equal(deployed[0].version, '1.4');
  page.send('unsubscribe_project', { projectId: 'p1', events: ['deployed'] });
  await page.hears('subscription_ended');
  other.send('broadcast', { event_type: 'deployed', data: { version: '1.5' } });
  await until(() => other.of('broadcast_sent').length === 2);
  assert.equal(other.of('broadcast_sent')[1].receivers, 0);
  assert.deepEqual([page.errors, other.errors], [[], []]);
});

test('what is wrong is told by one error each, and the page goes on', async (t) => {
  const page = await open(t, '?user_id=ann');
  page.socket.send('no JSON');
  page.socket.send(new Uint8Array([1, 2, 3]));
  page.send('no_such', {});
  page.send('join_session', { sessionId: 'x' });
  await until(() => page.errors.length === 4);
  const processing = 'Error processing message';
  assert.deepEqual(page.errors, [processing, processing, 'Unknown message type: no_such', 'Session not found']);
  const { pongs } = page;
  await until(() => page.pongs > pongs);
});
