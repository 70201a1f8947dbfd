// Delivery `batch`: the same graph events in fewer packets.
//
// Proves SYNC-1 and SYNC-4 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, as, connect, createProject, enter, execute, readGraph, until } from './support.mjs';

const batch = (join = {}) => ({ join: { delivery: 'batch', ...join } });

/** The graph events of all frames so far, each of which has to say what is in it. */
function unpacked(member) {
  const frames = member.told('events');
  for (const { event, session_id, epoch, from, to, events, ...rest } of frames) {
    assert.equal(event, 'events');
    assert.equal(session_id, member.joined.session_id);
    assert.equal(epoch, member.joined.epoch);
    assert.deepEqual([events[0].seq, events.at(-1).seq], [from, to]);
    assert.deepEqual(rest, {});
  }
  return frames.flatMap(({ events }) => events);
}

const hearsAll = (member, seq) =>
  until(() => (member.told('events').at(-1)?.to ?? 0) >= seq, { what: () => `a frame with ${seq}` });

/** Sends commands without waiting; resolves with the answers. */
function pipeline(client, session_id, node_id, commands) {
  const vin = (n) => ({ node_id, property_id: 'vin', new_value: `VIN ${n}` });
  const answers = [];
  for (let n = 0; n < commands; n += 1) answers.push(client.execute(session_id, 'UpdateProperty', vin(n)));
  return Promise.all(answers);
}

test('a frame holds the very events that others hear one by one, in fewer packets', async (t) => {
  const { session_id, root_id } = await createProject();
  const watcher = await enter(t, session_id, { join: { lifecycle: false } });
  const member = await enter(t, session_id, batch());
  const sender = await enter(t, session_id, { ...as('alice'), join: { lifecycle: false } });
  await pipeline(sender, session_id, root_id, 500);
  await watcher.hearsSeq(501);
  await hearsAll(member, 501);
  assert.deepEqual(unpacked(member), watcher.graphEvents());
  assert.ok(member.told('events').length < 250, `${member.told('events').length} packets for 500 events`);
  assert.deepEqual(new Set(member.names()), new Set(['joined', '(answer)', 'events']), 'and nothing else');
});

test('an answer comes after the frame with the events of its command', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id, { ...as('alice'), ...batch() });
  await pipeline(member, session_id, root_id, 100);
  let told = member.joined.seq;
  for (const { name, payload, answer } of member.log) {
    if (name === 'events') told = payload.to;
    if (answer?.seq && answer.command_id) assert.ok(answer.seq <= told, `the answer for ${answer.seq} at ${told}`);
  }
  assert.equal(told, 101);
});

test('an event in a quiet room leaves at once', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id, batch());
  for (const seq of [2, 3]) {
    await execute(session_id, 'CreateNode', { parent_id: root_id, blueprint_type_id: 'phase', name: 'One' });
    await hearsAll(member, seq);
  }
  assert.deepEqual(member.told('events').map(({ from, to }) => [from, to]), [[2, 2], [3, 3]]);
});

test('who wants to hear of commands and connections hears of them by their names, between frames', async (t) => {
  const { session_id, root_id } = await createProject();
  const member = await enter(t, session_id, batch({ lifecycle: true }));
  member.forget();
  await execute(session_id, 'CreateNode', { parent_id: root_id, blueprint_type_id: 'phase', name: 'One' });
  await member.hears('command:executed');
  assert.deepEqual(member.names(), ['command:executing', 'events', 'command:executed']);
});

test('a room of a hundred is told everything, however the frames fall', async (t) => {
  const { session_id, root_id } = await createProject();
  const members = await Promise.all(
    Array.from({ length: 100 }, () => enter(t, session_id, { transports: ['websocket'], ...batch() })),
  );
  const sender = await enter(t, session_id, { ...as('alice'), join: { lifecycle: false } });
  await pipeline(sender, session_id, root_id, 300);
  const expected = Array.from({ length: 300 }, (_, n) => n + 2);
  for (const member of members) {
    await hearsAll(member, 301);
    assert.deepEqual(unpacked(member).map(({ seq }) => seq), expected);
  }
});

test('who comes back gets its tail, then frames', async (t) => {
  const { session_id, root_id } = await createProject();
  const sender = await enter(t, session_id, { ...as('alice'), join: { lifecycle: false } });
  const { epoch } = await readGraph(session_id);
  await pipeline(sender, session_id, root_id, 3);
  const member = await enter(t, session_id, batch({ since: { epoch, seq: 1 } }));
  const known = member.joined.events?.map(({ seq }) => seq) ?? [];
  assert.equal(member.joined.seq, 4);
  assert.ok(member.joined.mode === 'snapshot' || known.length === 3);
  await pipeline(sender, session_id, root_id, 2);
  await hearsAll(member, 6);
  assert.deepEqual(unpacked(member).map(({ seq }) => seq), [5, 6]);
});

test('a delivery that there is not is refused', async (t) => {
  const { session_id } = await createProject();
  const client = new Client(await connect(t));
  for (const delivery of ['frames', 1, [], {}]) {
    const answer = await client.ask('join_session', { session_id, delivery });
    assert.equal(answer.error?.code, 'INVALID_REQUEST', JSON.stringify(delivery));
  }
});
