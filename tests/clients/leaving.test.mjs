// Who left can still ask, and can come back.
//
// Proves SYNC-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, enter, execute } from './support.mjs';

const phase = (parent_id, name) => ({ parent_id, blueprint_type_id: 'phase', name });

test('who left is still answered, and hears nothing', async (t) => {
  const { session_id, root_id } = await createProject();
  const client = await enter(t, session_id);
  assert.equal((await client.ask('leave_session', { session_id })).success, true);
  client.forget();
  for (let n = 0; n < 3; n += 1) {
    const answer = await client.execute(session_id, 'CreateNode', phase(root_id, `Phase ${n}`));
    assert.equal(answer.success, true);
  }
  assert.equal((await client.ask('undo', { session_id })).success, true);
  assert.equal((await client.ask('get_graph', { session_id })).graph.roots[0].children.length, 2);
  assert.deepEqual(client.graphEvents(), []);
});

test('who comes back hears what follows, from the seq that it is told', async (t) => {
  const { session_id, root_id } = await createProject();
  const client = await enter(t, session_id);
  await client.ask('leave_session', { session_id });
  await execute(session_id, 'CreateNode', phase(root_id, 'Missed'));
  const joined = await client.ask('join_session', { session_id });
  assert.equal(joined.seq, 2);
  assert.equal(joined.active_clients, 1);
  client.forget();
  await execute(session_id, 'CreateNode', phase(root_id, 'Heard'));
  await client.hearsSeq(3);
  assert.deepEqual(client.graphEvents().map(({ seq }) => seq), [3]);
});
