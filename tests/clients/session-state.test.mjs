// A session's state: who works in it, and who only reads.
//
// Proves LIFE-1 and LIFE-2 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, createProject, enter, execute, get, post, until } from './support.mjs';

const set = (session_id, state) => post(`/api/v1/sessions/${session_id}/state`, { state });

test('a paused session is read and not changed, and goes on as if nothing had been', async (t) => {
  const { session_id, project_id, root_id } = await createProject();
  const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'Body work' };
  const ann = await enter(t, session_id, as('ann'));
  await ann.execute(session_id, 'CreateNode', data);
  const { status, json } = await set(session_id, 'paused');
  assert.deepEqual([status, json], [200, { success: true, session_id, state: 'paused', seq: 3 }]);
  const told = await ann.hears('session:state');
  assert.deepEqual([told.state, told.old_state, told.seq, told.project_id], ['paused', 'active', 3, project_id]);
  assert.equal((await get(`/api/v1/sessions/${session_id}/info`)).json.state, 'paused');

  const bob = await enter(t, session_id, { ...as('bob'), join: { since: null } });
  assert.equal(bob.joined.graph.roots[0].children.length, 1);
  bob.forget();
  const refused = await ann.execute(session_id, 'CreateNode', data, { command_id: 'later' });
  assert.deepEqual([refused.success, refused.error.code, refused.error.details], [false, 'INVALID_STATE', { state: 'paused' }]);
  assert.equal((await ann.ask('undo', { session_id })).error.code, 'INVALID_STATE');
  const renamed = await execute(session_id, 'UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: 1 });
  assert.deepEqual([renamed.status, renamed.json.error.code], [400, 'INVALID_STATE']);

  assert.equal((await set(session_id, 'active')).json.seq, 4);
  const done = await ann.execute(session_id, 'CreateNode', data, { command_id: 'later' });
  assert.deepEqual([done.success, done.seq], [true, 5], 'what was refused may be repeated');
  await bob.hearsSeq(5);
  assert.ok(!bob.names().includes('command:failed'), 'that somebody came at the wrong time is for nobody else');
});

test('only some states follow one another, and a state that is there already is no event', async () => {
  const { session_id } = await createProject();
  const info = async () => (await get(`/api/v1/sessions/${session_id}/info`)).json;
  assert.equal((await set(session_id, 'active')).json.seq, 1);
  assert.equal((await set(session_id, 'completed')).status, 200);
  const refused = await set(session_id, 'paused');
  assert.deepEqual([refused.status, refused.json.error.code], [400, 'INVALID_STATE']);
  assert.deepEqual(refused.json.error.details, { state: 'completed', wanted: 'paused' });
  assert.equal((await set(session_id, 'error')).status, 200);
  assert.equal((await info()).seq, 3);
  await until(async () => {
    await post('/api/v1/sessions/cleanup', { max_inactive_hours: 0 });
    return (await get('/api/v1/sessions')).json.sessions.find((one) => one.session_id === session_id).active_clients === 0;
  });
  assert.equal((await info()).state, 'error', 'it is read back from the journal');
  assert.equal((await set(session_id, 'active')).status, 200);
});

test('what is no state is refused, and a session without a project has none to change', async () => {
  const { session_id } = await createProject();
  for (const state of ['initializing', 'PAUSED', '', 1, null, undefined]) {
    const { status, json } = await set(session_id, state);
    assert.deepEqual([status, json.error.code], [400, 'INVALID_REQUEST'], String(state));
  }
  const empty = (await post('/api/v1/sessions')).json.session_id;
  assert.equal((await get(`/api/v1/sessions/${empty}/info`)).json.state, 'initializing');
  const { status, json } = await set(empty, 'active');
  assert.deepEqual([status, json.error.code], [400, 'INVALID_STATE']);
  assert.deepEqual(json.error.details, { state: 'initializing', wanted: 'active' });
});
