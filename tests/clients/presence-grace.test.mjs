// A connection that was lost and does not come back: gone when its grace is over, and not before.
//
// Proves PRES-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, createProject, enter, until } from './support.mjs';

const GRACE = 30_000;

test('who does not come back is told of as gone after its grace', async (t) => {
  const { session_id } = await createProject();
  const bob = await enter(t, session_id, { ...as('bob'), join: { presence: true } });
  const ann = await enter(t, session_id, as('ann'));
  const { id } = ann;
  ann.socket.io.engine.close();
  const began = performance.now();
  await bob.hears('presence:update', ({ participants }) => participants.some(({ status }) => status === 'away'));
  const gone = () => bob.told('session:disconnected').find(({ client_id }) => client_id === id);
  await until(gone, { timeout: GRACE + 15_000, what: () => 'the end of the grace' });
  const waited = performance.now() - began;
  assert.ok(waited >= GRACE - 500, `${waited} ms are less than its grace`);
  assert.equal(gone().active_clients, 1);
  await bob.hears('presence:update', ({ left }) => left.includes('ann'));
});
