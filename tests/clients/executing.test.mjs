// Commands over REST, as clients that use nothing else send them: execute, undo, redo, and their answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, createProject, enter, execute, get, post, readGraph } from './support.mjs';

const phase = (parent_id, name = 'A phase') => ({ parent_id, blueprint_type_id: 'phase', name });
const names = (graph) => graph.roots[0].children.map((node) => node.name);

function assertError({ status, json }, expectedStatus, code) {
  assert.equal(status, expectedStatus, JSON.stringify(json));
  assert.equal(json.error.code, code);
}

// C-067, C-068, C-069
test('every command is answered with the graph after it and with what can be undone', async () => {
  const { session_id, root_id } = await createProject();
  const made = await execute(session_id, 'CreateNode', phase(root_id, 'Body'));
  assert.equal(made.status, 200);
  assert.deepEqual(
    [made.json.success, made.json.undo_available, made.json.redo_available, made.json.is_dirty],
    [true, true, false, true],
  );
  assert.equal(typeof made.json.command_id, 'string');
  assert.equal(made.json.graph.roots[0].children[0].id, made.json.node_id);

  const data = { node_id: made.json.node_id, property_id: 'start_date', new_value: '2027-03-01' };
  const written = await execute(session_id, 'UpdateProperty', data);
  assert.equal('node_id' in written.json, false);
  assert.equal(written.json.is_dirty, true);
  assert.equal(written.json.graph.roots[0].children[0].properties.start_date, '2027-03-01');
  assert.deepEqual(written.json.graph, (await readGraph(session_id)).graph);
});

// C-070, C-087
test('the graph is left out of an answer where that is asked for', async () => {
  const { session_id, root_id } = await createProject();
  const body = { session_id, command_type: 'CreateNode', data: phase(root_id) };
  for (const path of ['/commands/execute', `/sessions/${session_id}/undo`, `/sessions/${session_id}/redo`]) {
    const without = await post(`/api/v1${path}?graph=none`, body);
    assert.equal(without.status, 200);
    assert.equal('graph' in without.json, false, path);
  }
  for (const path of ['/commands/execute', `/sessions/${session_id}/undo`, `/sessions/${session_id}/redo`]) {
    const full = await post(`/api/v1${path}?graph=full`, body);
    assert.deepEqual(full.json.graph, (await readGraph(session_id)).graph, path);
  }
});

// C-072, C-073, C-074, C-075, C-076
test('what is wrong with a request has its own code', async () => {
  const { session_id, root_id } = await createProject();
  const good = { session_id, command_type: 'CreateNode', data: phase(root_id) };
  const send = (body) => post('/api/v1/commands/execute', body);
  assertError(await send({ ...good, session_id: undefined }), 400, 'INVALID_REQUEST');
  assertError(await send({ ...good, command_type: undefined }), 400, 'INVALID_REQUEST');
  assertError(await send({ ...good, session_id: NOBODY }), 400, 'INVALID_SESSION');
  const { json: empty } = await post('/api/v1/sessions');
  assertError(await send({ ...good, session_id: empty.session_id }), 400, 'INVALID_STATE');
  assertError(await send({ ...good, command_type: 'Explode' }), 400, 'INVALID_COMMAND');
  assertError(await send({ ...good, data: { name: 'Of no type' } }), 400, 'INVALID_COMMAND');
  for (const data of [undefined, null, [], 'text']) assertError(await send({ ...good, data }), 400, 'INVALID_COMMAND');
});

// C-077
test('fields that a command does not know are ignored', async () => {
  const { session_id, root_id } = await createProject();
  const data = { ...phase(root_id), bogus: { deep: [1] } };
  const { status, json } = await execute(session_id, 'CreateNode', data);
  assert.equal(status, 200);
  assert.equal(JSON.stringify(json.graph).includes('bogus'), false);
});

// C-078, C-002
test('what a rule refuses has the rule\'s code and changes nothing', async () => {
  const { session_id, root_id } = await createProject();
  const before = await readGraph(session_id);
  const refused = [
    ['DeleteNode', { node_id: NOBODY }, 'NODE_NOT_FOUND'],
    ['CreateNode', phase(NOBODY), 'PARENT_NOT_FOUND'],
    ['LinkNode', { parent_id: root_id, child_id: root_id }, 'CYCLE'],
    ['MoveNode', { node_id: root_id, new_parent_id: root_id }, 'MOVE_INVALID'],
  ];
  for (const [type, data, code] of refused) {
    const answer = await execute(session_id, type, data);
    assertError(answer, 400, code);
    assert.match(answer.json.error.code, /^[A-Z]+(_[A-Z]+)*$/);
    assert.equal(typeof answer.json.error.message, 'string');
  }
  assert.deepEqual(await readGraph(session_id), before);
});

// C-080
test('a command has one name in its answer and its events, and shares it with no other', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  const ids = [];
  for (let n = 0; n < 20; n += 1) ids.push((await execute(session_id, 'CreateNode', phase(root_id))).json.command_id);
  assert.equal(new Set(ids).size, 20);
  await member.hears('command:executed', ({ command_id }) => command_id === ids.at(-1));
  for (const name of ['command:executing', 'node-created', 'command:executed']) {
    assert.deepEqual(member.told(name).map((event) => event.command_id), ids, name);
  }
});

// C-081, C-082, C-083
test('undo and redo need no body and take the newest step, whoever made it', async () => {
  const { session_id, root_id } = await createProject();
  for (const name of ['ada', 'bob']) {
    await execute(session_id, 'CreateNode', phase(root_id, name), {}, { 'x-graphroom-user': name });
  }
  const path = `/api/v1/sessions/${session_id}`;
  const ada = { 'x-graphroom-user': 'ada' };
  const undone = await post(`${path}/undo`, undefined, ada);
  assert.equal(undone.status, 200);
  assert.deepEqual(names(undone.json.graph), ['ada']);
  assert.deepEqual([undone.json.success, undone.json.undo_available, undone.json.redo_available], [true, true, true]);
  const again = await post(`${path}/undo`, undefined, ada);
  assert.deepEqual([names(again.json.graph), again.json.undo_available], [[], false]);
  const redone = await post(`${path}/redo`, undefined, ada);
  assert.equal(redone.status, 200);
  assert.deepEqual(names(redone.json.graph), ['ada']);
  assert.deepEqual([redone.json.success, redone.json.undo_available, redone.json.redo_available], [true, true, true]);
  const last = await post(`${path}/redo`);
  assert.deepEqual([names(last.json.graph), last.json.redo_available], [['ada', 'bob'], false]);
});

// C-084
test('with nothing to undo or redo all is well and nobody is told', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id);
  member.forget();
  for (const verb of ['undo', 'redo']) {
    const { status, json } = await post(`/api/v1/sessions/${session_id}/${verb}`);
    assert.deepEqual([status, json.success, json.nothing_to_undo], [200, true, true]);
  }
  await execute(session_id, 'CreateNode', phase(root_id, 'The first'));
  await member.hears('command:executed');
  assert.deepEqual(member.names(), ['command:executing', 'node-created', 'command:executed']);
});

// C-086
test('a new command makes what was undone unavailable', async () => {
  const { session_id, root_id } = await createProject();
  await execute(session_id, 'CreateNode', phase(root_id, 'First'));
  const undone = await post(`/api/v1/sessions/${session_id}/undo`);
  assert.equal(undone.json.redo_available, true);
  const made = await execute(session_id, 'CreateNode', phase(root_id, 'Second'));
  assert.equal(made.json.redo_available, false);
  const redone = await post(`/api/v1/sessions/${session_id}/redo`);
  assert.deepEqual([redone.json.nothing_to_undo, names(redone.json.graph)], [true, ['Second']]);
});

// C-088, C-089
test('a session that is not there or has no project has nothing to undo in it', async () => {
  const { json: empty } = await post('/api/v1/sessions');
  for (const verb of ['undo', 'redo']) {
    assertError(await post(`/api/v1/sessions/${NOBODY}/${verb}`), 400, 'INVALID_SESSION');
    assertError(await post(`/api/v1/sessions/${empty.session_id}/${verb}`), 400, 'INVALID_STATE');
  }
});

// C-043
test('an undo makes a saved project dirty', async () => {
  const { session_id, root_id } = await createProject();
  await execute(session_id, 'CreateNode', phase(root_id));
  const saved = await post(`/api/v1/sessions/${session_id}/save`);
  assert.equal(saved.json.is_dirty, false);
  assert.equal((await post(`/api/v1/sessions/${session_id}/undo`)).json.is_dirty, true);
  assert.equal((await get(`/api/v1/sessions/${session_id}/dirty`)).json.is_dirty, true);
});
