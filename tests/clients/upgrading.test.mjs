// Members whose transport changes from polling to WebSocket while events come in.
//
// Proves SYNC-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upgraded } from './stock.mjs';
import { createProject, enter, execute } from './support.mjs';

test('no event is lost or doubled while the transport is upgraded', async (t) => {
  const { session_id, root_id } = await createProject();
  const notes = 'x'.repeat(20_000);
  let goesOn = true;
  const write = async () => {
    const data = { node_id: root_id, property_id: 'notes', new_value: notes };
    return (await execute(session_id, 'UpdateProperty', data)).json.seq;
  };
  const writer = (async () => {
    while (goesOn) await write();
  })();
  const members = [];
  for (let n = 0; n < 20; n += 1) members.push(await enter(t, session_id, { path: n % 2 ? '/' : '/graph' }));
  await Promise.all(members.map(({ socket }) => upgraded(socket)));
  goesOn = false;
  await writer;
  // One more, which even the last who joined has to hear.
  const last = await write();
  for (const member of members) {
    await member.hearsSeq(last);
    const first = member.joined.seq + 1;
    const wanted = Array.from({ length: last - first + 1 }, (_, n) => first + n);
    assert.deepEqual(member.graphEvents().map(({ seq }) => seq), wanted);
  }
});
