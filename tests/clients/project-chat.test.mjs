// A project manager's chat, as its clients use it: they hear the project over Socket.IO and ask over REST.
//
// Proves HEAR-1, HEAR-3, HEAR-4 and HEAR-6 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVER, connect, get, post, until } from './support.mjs';

const STEPS = [
  'conversation_created',
  'ai_processing_start',
  'ai_processing_progress context_analysis started',
  'context_analysis_complete analysis_started',
  'context_analysis_complete key_terms_extracted',
  'context_analysis_complete memories_retrieved',
  'context_analysis_complete analysis_complete',
  'ai_processing_progress context_analysis completed',
  'ai_processing_progress ai_generation started',
  'ai_processing_progress ai_generation completed',
  'message_processed user',
  'message_processed ai_pm',
  'ai_processing_end',
];

const short = ([name, { stage, status, role }]) => [name, stage, status, role].filter(Boolean).join(' ');

test('a client is welcomed, hears a project, asks, and is told every step in order', async (t) => {
  const heard = [];
  const socket = await connect(t, '/');
  socket.onAny((name, payload) => heard.push([name, payload ?? {}]));
  const joined = await socket.emitWithAck('join_project', { project_id: 'garage' });
  assert.equal(joined.success, true);
  await until(() => heard.some(([name]) => name === 'project_joined'), { what: () => 'project_joined' });
  heard.length = 0;

  const { status, json } = await post('/api/chat/process', { project_id: 'garage', user_message: 'Which doors are late?' });
  assert.equal(status, 200, JSON.stringify(json));
  await until(() => heard.some(([name]) => name === 'ai_processing_end'), { what: () => 'the end' });
  const steps = heard.filter(([name]) => name !== 'chat_status_update');
  assert.deepEqual(steps.map(short), STEPS);
  for (const [name, payload] of heard.slice(1)) {
    assert.equal(payload.request_id, json.request_id, name);
    assert.equal(payload.project_id, 'garage', name);
    assert.ok(!Number.isNaN(Date.parse(payload.timestamp)) && payload.timestamp.endsWith('Z'), name);
  }
  const states = heard.filter(([name]) => name === 'chat_status_update').map(([, { status }]) => status);
  assert.deepEqual(states, ['processing', 'generating', 'completed']);
  assert.equal(heard.at(-1)[1].verification_required, json.verification_required);

  const history = await get('/api/chat/history/garage');
  assert.deepEqual(history.json.messages.map(({ role }) => role), ['user', 'ai_pm']);
});

test('a heartbeat is answered with and without an argument, and a message carries other events', async (t) => {
  const socket = await connect(t, '/');
  const answered = () => new Promise((resolve) => socket.once('heartbeat_response', resolve));
  for (const send of [() => socket.emit('heartbeat'), () => socket.emit('heartbeat', { at: 1 })]) {
    const answer = answered();
    send();
    assert.ok((await answer).timestamp.endsWith('Z'));
  }
  const wrapped = { event: 'join_project', data: { project_id: 'garage' } };
  for (const message of [wrapped, JSON.stringify(wrapped)]) {
    const answer = await socket.emitWithAck('message', message);
    assert.deepEqual([answer.success, answer.project_id], [true, 'garage']);
  }
  const refused = await socket.emitWithAck('message', { event: 'no_such_event' });
  assert.deepEqual([refused.success, refused.error.code], [false, 'INVALID_REQUEST']);
});

test('who connects is told so by an event of its own', async () => {
  const { io } = await import('socket.io-client');
  const socket = io(SERVER, { forceNew: true });
  const welcome = await new Promise((resolve) => socket.once('connection_established', resolve));
  socket.close();
  assert.ok(welcome.connection_id && welcome.server_time.endsWith('Z'));
  assert.deepEqual(Object.keys(welcome.features).toSorted(), ['realtime_chat', 'realtime_memory', 'realtime_status']);
});
