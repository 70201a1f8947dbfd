// The clients of a project assistant of another platform, as they behave: each reads only what it knows, and comes back in
// its own way. And one that has no WebSocket. Node's own WebSocket and fetch are all that they need.
//
// Proves CHAT-13 and CHAT-14 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVER, get, post, request, until } from './support.mjs';

const SOCKETS = SERVER.replace(/^http/, 'ws');
/** What stands for their waits of seconds. */
const MOMENT = 20;
const ANSWER = 'Hello there';

/** What the three have in common: a socket that is opened again as `comesBack(code)` says, and everything that came. */
class Tab {
  constructor(t, path, comesBack) {
    Object.assign(this, { path, comesBack, opened: 0, frames: [], shown: [], bubble: '', turns: 0, closed: [] });
    t.after(() => this.leave());
    this.open();
  }

  open() {
    this.socket = new WebSocket(`${SOCKETS}/ws/${this.path()}`);
    this.socket.addEventListener('open', () => (this.opened += 1));
    this.socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data);
      this.frames.push(frame);
      this.take(frame);
    });
    this.socket.addEventListener('close', ({ code, reason }) => {
      this.closed.push({ code, reason });
      if (!this.left && this.comesBack(code)) this.again = setTimeout(() => this.open(), MOMENT);
    });
  }

  say(data) {
    this.socket.send(JSON.stringify({ mime_type: 'text/plain', data, role: 'user' }));
  }

  leave() {
    this.left = true;
    clearTimeout(this.again);
    this.socket.close(1000, 'Client disconnecting');
  }

  endTurn() {
    this.turns += 1;
    this.shown.push(this.bubble);
    this.bubble = '';
  }

  turn(number) {
    return until(() => this.turns >= number, { what: () => `turn ${number}, after ${JSON.stringify(this.frames)}` });
  }
}

/** The bundled client: whatever ends a turn is shown nothing of, and every close is followed by another attempt. */
class Enhanced extends Tab {
  constructor(t, clientId, conversationId) {
    // A token of its own making, which nobody signed.
    const claims = { user_id: `user_${clientId}`, client_id: clientId, exp: Math.floor(Date.now() / 1000) + 86_400 };
    const token = btoa(JSON.stringify(claims));
    const tab = { conversationId };
    super(
      t,
      () => {
        const query = new URLSearchParams({ token, is_audio: 'false' });
        if (tab.conversationId) query.append('conversation_id', tab.conversationId);
        return `${clientId}?${query}`;
      },
      () => true,
    );
    this.tab = tab;
  }

  take(frame) {
    if (frame.type === 'connection_established') {
      this.connectionId = frame.connection_id;
      if (this.tab.conversationId === undefined) this.tab.conversationId = frame.conversation_id;
      this.established = frame;
      return;
    }
    if (frame.turn_complete === true) return void this.endTurn();
    if (frame.mime_type === 'text/plain') {
      if ((frame.role ?? 'model') === 'model') this.bubble += frame.data;
      else this.shown.push(`user: ${frame.data}`);
    }
  }
}

/** The dashboard's client: shows what ends a turn, and does not come back from 1000. */
class Dashboard extends Tab {
  constructor(t, clientId) {
    const known = {};
    super(
      t,
      () => `${clientId}?${new URLSearchParams({ token: 'any', ...(known.id && { conversation_id: known.id }) })}`,
      (code) => code !== 1000,
    );
    this.known = known;
  }

  take(frame) {
    if (frame.type === 'connection_established') {
      const { connection_id, client_id, conversation_id, session_id } = frame;
      this.ids = { connection_id, client_id, conversation_id, session_id };
      this.known.id = conversation_id;
      return;
    }
    if (frame.mime_type === 'text/plain' && (frame.role ?? 'model') === 'model') this.bubble += frame.data;
    if (frame.turn_complete) this.endTurn();
  }
}

/** The oldest client: no token, a number for its name, sound if it is asked for. */
class Oldest extends Tab {
  constructor(t, isAudio) {
    const name = String(Math.random()).slice(2);
    super(t, () => `${name}?is_audio=${isAudio}`, () => true);
    this.sounds = [];
  }

  take(frame) {
    if (frame.turn_complete) return void this.endTurn();
    if (frame.mime_type === 'audio/pcm') this.sounds.push(atob(frame.data));
    if (frame.mime_type === 'text/plain') this.bubble += frame.data;
  }
}

const name = () => `client_${Date.now()}_${Math.random().toString(36).slice(2, 11)}`;
const established = (tab) => until(() => tab.established ?? tab.ids, { what: () => 'connection_established' });
const connections = async (clientId) => (await get(`/api/clients/${clientId}/connections`)).json;

test('the bundled client is shown every word of an answer, also the last ones', async (t) => {
  const tab = new Enhanced(t, name());
  await established(tab);
  tab.say('Hi');
  await tab.turn(1);
  assert.deepEqual(tab.shown, [ANSWER]);
  assert.equal(tab.frames[0].type, 'connection_established');
  for (const frame of tab.frames) assert.ok(!(frame.turn_complete === true && 'data' in frame), JSON.stringify(frame));
});

test('two tabs of one profile stay beside each other, in one conversation', async (t) => {
  const clientId = name();
  const one = new Enhanced(t, clientId);
  const { conversation_id } = await established(one);
  const other = new Enhanced(t, clientId, conversation_id);
  assert.equal((await established(other)).conversation_id, conversation_id);
  for (let turn = 1; turn <= 3; turn += 1) {
    const [talks, hears] = turn % 2 ? [one, other] : [other, one];
    talks.say(`Turn ${turn}`);
    await Promise.all([talks.turn(turn), hears.turn(turn)]);
    assert.deepEqual(hears.shown.slice(-2), [`user: Turn ${turn}`, ANSWER]);
  }
  assert.deepEqual([one.opened, other.opened, one.closed, other.closed], [1, 1, [], []]);
  assert.equal((await connections(clientId)).length, 2);
});

test('two tabs that know of no conversation stay beside each other, each in its own', async (t) => {
  const clientId = name();
  const tabs = [new Enhanced(t, clientId), new Enhanced(t, clientId)];
  const ids = await Promise.all(tabs.map(async (tab) => (await established(tab)).conversation_id));
  assert.notEqual(ids[0], ids[1]);
  tabs[0].say('Hi');
  await tabs[0].turn(1);
  assert.deepEqual(tabs.map((tab) => [tab.opened, tab.closed.length]), [[1, 0], [1, 0]]);
  assert.deepEqual(tabs[1].shown, []);
});

/** Ends the one connection of a client, as an admin does. */
async function end(clientId) {
  const [{ connection_id }] = await connections(clientId);
  const ended = await post('/api/v1/admin/disconnect', { connection_id });
  assert.equal(ended.json.disconnected, 1);
}

test('the bundled client comes back to its conversation also when an admin ended its connection', async (t) => {
  const clientId = name();
  const tab = new Enhanced(t, clientId);
  const { conversation_id } = await established(tab);
  await end(clientId);
  await until(() => tab.opened === 2, { what: () => `a second attempt after ${JSON.stringify(tab.closed)}` });
  const firsts = () => tab.frames.filter((frame) => frame.type === 'connection_established');
  await until(() => firsts().length === 2, { what: () => 'the second first frame' });
  assert.equal(tab.closed[0].code, 1000);
  assert.deepEqual(firsts().map((frame) => frame.conversation_id), [conversation_id, conversation_id]);
  tab.say('Still there?');
  await tab.turn(1);
  assert.equal(tab.shown.at(-1), ANSWER);
});

test('the client of the dashboard is ended for good by an admin', async (t) => {
  const clientId = name();
  const tab = new Dashboard(t, clientId);
  await established(tab);
  await end(clientId);
  await until(() => tab.closed.length === 1, { what: () => 'the end' });
  assert.deepEqual([tab.closed[0].code, tab.opened], [1000, 1]);
});

test('the client of the dashboard learns its four ids, and leaves for good', async (t) => {
  const clientId = name();
  const tab = new Dashboard(t, clientId);
  const ids = await established(tab);
  assert.equal(ids.client_id, clientId);
  for (const id of Object.values(ids)) assert.equal(typeof id, 'string');
  tab.say('Hi');
  await tab.turn(1);
  assert.deepEqual(tab.shown, [ANSWER]);
  tab.socket.close(1000, 'Client disconnecting');
  await until(async () => (await connections(clientId)).length === 0, { what: () => 'nobody' });
  await until(() => tab.closed.length > 0, { what: () => 'the end' });
  assert.deepEqual([tab.opened, tab.closed.length], [1, 1]);
});

test('the oldest client talks without a token', async (t) => {
  const tab = new Oldest(t, false);
  await until(() => tab.opened === 1, { what: () => 'a connection' });
  tab.say('Hi');
  await tab.turn(1);
  assert.deepEqual(tab.shown, [ANSWER]);
});

test('sound reaches the other tab', async (t) => {
  const clientId = name();
  const one = new Enhanced(t, clientId);
  const { conversation_id } = await established(one);
  const other = new Enhanced(t, clientId, conversation_id);
  await established(other);
  one.socket.send(JSON.stringify({ mime_type: 'audio/pcm', data: btoa('\x01\x02\x03\x04') }));
  const heard = () => other.frames.find((frame) => frame.mime_type === 'audio/pcm');
  const frame = await until(heard, { what: () => 'a sound' });
  assert.equal(atob(frame.data), '\x01\x02\x03\x04');
});

/** Reads server-sent events as a page does that cannot use EventSource: by fetch, for the header. */
async function* events(path, signal) {
  const answer = await fetch(SERVER + path, { headers: { accept: 'text/event-stream' }, signal });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const bytes of answer.body.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    const whole = text.split('\n\n');
    text = whole.pop();
    for (const event of whole) {
      const data = event.split('\n').find((line) => line.startsWith('data:'));
      if (data) yield JSON.parse(data.slice(5));
    }
  }
}

test('a client without a WebSocket talks by requests, in the same conversation', async (t) => {
  const clientId = name();
  const tab = new Dashboard(t, clientId);
  const { conversation_id } = await established(tab);
  const at = `/api/chat/${clientId}`;
  const { json: begun } = await post(`${at}/connect?conversation_id=${conversation_id}&is_audio=false`);
  assert.deepEqual([begun.success, begun.conversation_id], [true, conversation_id]);
  const session = `session_id=${begun.session_id}`;
  const sent = await post(`${at}/send?${session}`, { content: 'Hi', mime_type: 'text/plain', role: 'user' });
  assert.deepEqual([sent.status, sent.json.success, sent.json.error], [200, true, null]);
  let said = '';
  for await (const event of events(`${at}/stream?${session}`)) {
    if (event.type === 'text_chunk') {
      said += event.content;
      assert.equal(event.partial_response, said);
    }
    if (event.type === 'turn_complete') {
      assert.deepEqual([event.final_response, event.interrupted], [ANSWER, false]);
      break;
    }
  }
  assert.equal(said, ANSWER);
  await tab.turn(1);
  assert.deepEqual(tab.shown, [ANSWER]);
  assert.equal((await get(`${at}/status?${session}`)).json.is_active, true);
  assert.equal((await request('DELETE', `${at}/disconnect?${session}`)).json.success, true);
  const gone = await get(`${at}/status?${session}`);
  assert.deepEqual([gone.status, gone.json.detail], [404, 'Chat session not found']);
});
