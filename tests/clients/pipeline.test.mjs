// Many commands at once: every one is answered, everything keeps its order, nothing is lost.
//
// Proves CMD-2 and SYNC-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, as, createProject, enter, readGraph, until } from './support.mjs';

const COMMANDS = 2_000;

/** The nth command: mostly writes, some new nodes, and now and then one that must be refused. */
function command(n, root_id) {
  if (n % 50 === 7) return ['DeleteNode', { node_id: NOBODY }, 'NODE_NOT_FOUND'];
  if (n % 50 === 31) return ['CreateNode', { parent_id: root_id }, 'INVALID_COMMAND'];
  if (n % 10 === 0) return ['CreateNode', { parent_id: root_id, blueprint_type_id: 'phase', name: `Phase ${n}` }];
  return ['UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: `VIN ${n}` }];
}

/** Equal lists; of long ones the first difference is all that anybody wants to read. */
function assertSameList(actual, expected, what) {
  const place = expected.findIndex((value, n) => value !== actual[n]);
  assert.equal(actual[place], expected[place], `${what}, place ${place}`);
  assert.equal(actual.length, expected.length, `number of ${what}`);
}

for (const transports of [['websocket'], ['polling']]) {
  test(`${COMMANDS} commands pipelined over ${transports} are answered and told in order`, async (t) => {
    const { session_id, root_id } = await createProject();
    const sender = await enter(t, session_id, { ...as('alice'), transports });
    const watcher = await enter(t, session_id, { join: { lifecycle: false } });
    const start = watcher.joined.seq;

    sender.forget();
    const refusals = new Map();
    for (let n = 0; n < COMMANDS; n += 1) {
      const [command_type, data, code] = command(n, root_id);
      const command_id = `n-${n}`;
      if (code) refusals.set(command_id, code);
      sender.socket.emit('execute_command', { session_id, command_type, data, command_id }, (answer) =>
        sender.log.push({ answer }),
      );
    }
    const answers = () => sender.log.filter((entry) => entry.answer).map((entry) => entry.answer);
    const what = () => `${COMMANDS} answers; ${answers().length} came`;
    await until(() => answers().length >= COMMANDS, { timeout: 60_000, what });

    // Each is answered once, in the order of the questions, the refused ones in their place.
    const answered = answers();
    const asked = Array.from({ length: COMMANDS }, (_, n) => `n-${n}`);
    assertSameList(answered.map((answer) => answer.command_id), asked, 'answers');
    for (const answer of answered) {
      const code = refusals.get(answer.command_id);
      assert.equal(answer.success, code === undefined, answer.command_id);
      assert.equal(answer.error?.code, code, answer.command_id);
    }

    // Another member is told each accepted one once, in order, without a gap.
    const accepted = answered.filter((answer) => answer.success);
    assert.equal(accepted.length, COMMANDS - refusals.size);
    await watcher.hearsSeq(start + accepted.length);
    const events = watcher.graphEvents();
    const commands = accepted.map((answer) => answer.command_id);
    assertSameList(events.map((event) => event.command_id), commands, 'commands of events');
    const seqs = accepted.map((_, place) => start + 1 + place);
    assertSameList(events.map((event) => event.seq), seqs, 'seqs of events');
    assertSameList(accepted.map((answer) => answer.seq), seqs, 'seqs of answers');
    assert.equal((await readGraph(session_id)).seq, start + accepted.length);

    // And every answer came after the sender was told its event.
    const told = new Set();
    for (const { payload, answer } of sender.log) {
      if (payload && 'seq' in payload) told.add(payload.command_id);
      if (answer?.success) assert.ok(told.has(answer.command_id), `${answer.command_id} was told`);
    }
  });
}

test('two senders at once lose nothing and agree on the order', async (t) => {
  const { session_id, root_id } = await createProject();
  const senders = await Promise.all(['alice', 'bob'].map((name) => enter(t, session_id, as(name))));
  const each = 200;
  const ask = (sender, n) =>
    sender.execute(session_id, 'UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: n });
  const asked = senders.map((sender) => Promise.all(Array.from({ length: each }, (_, n) => ask(sender, n))));
  const answers = (await Promise.all(asked)).flat();
  assert.equal(answers.filter((answer) => answer.success).length, 2 * each);

  const head = 1 + 2 * each;
  await Promise.all(senders.map((sender) => sender.hearsSeq(head)));
  const [alice, bob] = senders.map((sender) => sender.graphEvents());
  assert.deepEqual(alice.map((event) => event.seq), Array.from({ length: 2 * each }, (_, n) => n + 2));
  assert.deepEqual(bob, alice);
  for (const name of ['alice', 'bob']) {
    const own = alice.filter((event) => event.author.user_id === name).map((event) => event.new_value);
    assert.deepEqual(own, Array.from({ length: each }, (_, n) => n));
  }
});
