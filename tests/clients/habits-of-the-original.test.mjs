// The other half of what was seen of the server that this one replaces (its bugs 11 to 17, by number): where its
// clients rely on a habit it is kept, where it was a fault it is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { Client, NOBODY, SERVER, connect, enter, get, post, readGraph, request, until } from './support.mjs';

const EXECUTE = '/api/v1/commands/execute';
const JSON_TYPE = { 'content-type': 'application/json' };

test('bug 10, kept: who leaves a session that it is not in is answered as if it had been', async (t) => {
  const project = await Project.make();
  const client = new Client(await connect(t, '/graph'));
  assert.equal((await client.ask('leave_session', { session_id: project.session_id })).success, true);
  assert.equal((await client.hears('left')).session_id, project.session_id);
});

test('bug 11: bad requests are the client\'s fault and say so in JSON, whatever is wrong with them', async () => {
  const bodies = {
    'malformed JSON': ['{"session_id"', JSON_TYPE, 400],
    'no body': [undefined, JSON_TYPE, 400],
    'an array': ['[1,2]', JSON_TYPE, 400],
    'an empty object': ['{}', JSON_TYPE, 400],
    null: ['null', JSON_TYPE, 400],
    'another content type': ['{}', { 'content-type': 'text/plain' }, 415],
  };
  for (const [what, [body, headers, status]] of Object.entries(bodies)) {
    for (const path of [EXECUTE, '/api/v1/projects']) {
      const answer = await request('POST', path, { body, headers });
      assert.equal(answer.status, status, `${what} to ${path}`);
      assert.match(answer.type, /^application\/json/);
      assert.match(answer.json.error.code, /^[A-Z_]+$/);
    }
  }
  const wrong = await get(EXECUTE);
  assert.deepEqual([wrong.status, wrong.json.error.code], [405, 'METHOD_NOT_ALLOWED']);
});

test('bug 12, kept: an unknown session is 404 where it is read and 400 where clients expect that', async () => {
  const at = (suffix) => `/api/v1/sessions/${NOBODY}${suffix}`;
  for (const path of [at('/info'), at('/graph'), at('/dirty')]) {
    const { status, json } = await get(path);
    assert.deepEqual([status, json.error.code], [404, 'INVALID_SESSION'], path);
  }
  const body = { session_id: NOBODY, command_type: 'DeleteNode', data: { node_id: NOBODY } };
  const answers = [await get(at('/graph/tree')), await post(at('/undo')), await post(at('/redo')), await post(EXECUTE, body)];
  for (const { status, json } of answers) assert.deepEqual([status, json.error.code], [400, 'INVALID_SESSION']);
});

test('bug 12: a session without a project is no server error', async () => {
  const { session_id } = (await post('/api/v1/sessions')).json;
  const at = (suffix) => `/api/v1/sessions/${session_id}${suffix}`;
  for (const answer of [await post(at('/undo')), await post(at('/redo')), await get(at('/graph/tree')), await get(at('/graph'))]) {
    assert.ok(answer.status < 500, JSON.stringify(answer.json));
    assert.equal(typeof (answer.json.error?.code ?? answer.json.roots), answer.json.error ? 'string' : 'object');
  }
});

test('bug 13: a command is named once and for all, the same in all that is told of it', async (t) => {
  const project = await Project.make();
  const member = await enter(t, project.session_id);
  const named = new Set();
  for (const name of ['A', 'B', 'C']) {
    const { command_id } = await project.does('CreateNode', { parent_id: project.root_id, blueprint_type_id: 'phase', name });
    const of = (event) => event.command_id === command_id;
    await member.hears('command:executing', of);
    assert.equal((await member.hears('node-created', of)).name, name);
    await member.hears('command:executed', of);
    named.add(command_id);
  }
  const undone = (await project.undo()).json.command_id;
  const told = await member.hears('command:undo');
  assert.deepEqual([told.command_id, told.undone_command_id], [undone, [...named].at(-1)]);
  assert.equal(named.add(undone).size, 4);
});

test('bug 14: last_activity moves on, and every command says whether there is something to save', async () => {
  const project = await Project.make();
  const path = `/api/v1/sessions/${project.session_id}`;
  const first = (await get(`${path}/info`)).json.last_activity;
  await until(async () => {
    const made = await project.does('CreateNode', { parent_id: project.root_id, blueprint_type_id: 'phase' });
    assert.equal(made.is_dirty, true);
    return (await get(`${path}/info`)).json.last_activity > first;
  }, { what: () => 'another last_activity' });
  assert.equal((await post(`${path}/save`)).json.is_dirty, false);
  for (const verb of ['undo', 'redo']) assert.equal((await post(`${path}/${verb}`)).json.is_dirty, true, verb);
});

test('bug 15, kept: everybody hears executing, the change, executed, the sender\'s own sockets too', async (t) => {
  const project = await Project.make();
  const [sender, other] = [await enter(t, project.session_id), await enter(t, project.session_id)];
  const { command_id } = await sender.execute(project.session_id, 'CreateNode', {
    parent_id: project.root_id,
    blueprint_type_id: 'phase',
  });
  for (const member of [sender, other]) {
    await member.hears('command:executed');
    const names = member.log.filter(({ payload }) => payload?.command_id === command_id).map(({ name }) => name);
    assert.deepEqual(names, ['command:executing', 'node-created', 'command:executed']);
  }
});

test('bug 15: who asks for an acknowledgement gets one that says something', async (t) => {
  const project = await Project.make();
  const client = new Client(await connect(t, '/graph'));
  const { session_id } = project;
  const asked = [['join_session', { session_id }], ['join_session'], ['join_session', 'text'], ['no_such_event', {}], ['leave_session', { session_id }]];
  for (const question of asked) {
    const answer = await client.ask(...question);
    assert.equal(typeof answer.success, 'boolean', question.join(' '));
    assert.equal(answer.success, answer.error === undefined);
  }
});

test('bug 16, kept: an answer over REST carries the whole graph, unless it is told not to', async () => {
  const project = await Project.make();
  const made = await project.does('CreateNode', { parent_id: project.root_id, blueprint_type_id: 'phase' });
  assert.deepEqual(made.graph, (await readGraph(project.session_id)).graph);
  const body = { session_id: project.session_id, command_type: 'DeleteNode', data: { node_id: made.node_id } };
  const answer = await post(`${EXECUTE}?graph=none`, body);
  assert.deepEqual([answer.status, 'graph' in answer.json], [200, false]);
});

test('bug 17: text goes as it is, in whatever script, and the connection stays', async () => {
  const project = await Project.make();
  const name = 'Ünï ✓ 日本 "q" <b>';
  await project.does('CreateNode', { parent_id: project.root_id, blueprint_type_id: 'phase', name });
  const answer = await fetch(`${SERVER}/api/v1/sessions/${project.session_id}/graph/tree`);
  assert.notEqual(answer.headers.get('connection'), 'close');
  const text = await answer.text();
  assert.ok(text.includes('Ünï ✓ 日本 \\"q\\" <b>'), text);
  assert.equal(text.includes('\\u'), false);
});
