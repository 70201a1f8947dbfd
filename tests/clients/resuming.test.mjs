// Joining with `since`: a replica is brought up to date in the cheapest way that is right, and goes on from
// there without a gap and without a repetition.
//
// Proves SYNC-2 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, NOBODY, connect, createProject, enter, execute, get, post, readGraph, until } from './support.mjs';

/** Adds phases by REST; resolves with the last `seq`. */
async function grow({ session_id, root_id }, phases, size = 0) {
  let seq;
  for (let n = 0; n < phases; n += 1) {
    const name = `Phase ${n} ${'x'.repeat(size)}`;
    const { status, json } = await execute(session_id, 'CreateNode', { parent_id: root_id, blueprint_type_id: 'phase', name });
    assert.equal(status, 200, JSON.stringify(json));
    ({ seq } = json);
  }
  return seq;
}

/** Joins with `since` and nothing around the graph events. */
const resume = (t, session_id, since) => enter(t, session_id, { join: { since, lifecycle: false } });

/** Unloads every session that nobody is in: what the process remembered of it is gone. */
const unload = (session_id) =>
  until(
    async () => {
      await post('/api/v1/sessions/cleanup', { max_inactive_hours: 0 });
      const { json } = await get('/api/v1/sessions');
      return json.sessions.find((session) => session.session_id === session_id).active_clients === 0;
    },
    { what: () => 'nobody in the session' },
  );

const seqs = (events) => events.map(({ seq }) => seq);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('who has nothing gets the graph, and then what comes', async (t) => {
  const project = await createProject();
  await grow(project, 3);
  const member = await resume(t, project.session_id, null);
  const { epoch, seq, graph } = await readGraph(project.session_id);
  const { client_id, ...answer } = member.joined;
  assert.deepEqual(answer, {
    success: true, session_id: project.session_id, active_clients: 1, role: 'owner', epoch, seq, mode: 'snapshot',
    graph,
  });
  assert.equal(client_id, member.id);
  await grow(project, 2);
  await member.hearsSeq(seq + 2);
  assert.deepEqual(seqs(member.graphEvents()), [seq + 1, seq + 2]);
});

test('who has everything is current', async (t) => {
  const project = await createProject();
  const seq = await grow(project, 2);
  const { epoch } = await readGraph(project.session_id);
  const member = await resume(t, project.session_id, { epoch, seq });
  const { mode, events, graph, ...rest } = member.joined;
  assert.deepEqual([mode, events, graph, rest.seq], ['current', undefined, undefined, seq]);
});

for (const unloaded of [false, true]) {
  test(`who lacks a little gets just that${unloaded ? ', also from a session that was unloaded' : ''}`, async (t) => {
    const project = await createProject();
    const seq = await grow(project, 30);
    const watcher = await enter(t, project.session_id, { join: { lifecycle: false } });
    const last = await grow(project, 3);
    await watcher.hearsSeq(last);
    const { epoch } = watcher.joined;
    if (unloaded) {
      watcher.socket.disconnect();
      await unload(project.session_id);
    }
    const member = await resume(t, project.session_id, { epoch, seq });
    assert.equal(member.joined.mode, 'tail');
    assert.equal(member.joined.seq, last);
    assert.equal(member.joined.graph, undefined);
    assert.deepEqual(member.joined.events, watcher.graphEvents(), 'the very events that the others heard');
    await grow(project, 1);
    await member.hearsSeq(last + 1);
    assert.deepEqual(seqs(member.graphEvents()), [last + 1]);
  });
}

test('a place inside a command gets the rest of the command', async (t) => {
  const project = await createProject();
  const create = (name) => ({
    command_type: 'CreateNode',
    data: { parent_id: project.root_id, blueprint_type_id: 'phase', name },
  });
  await grow(project, 20);
  const commands = ['One', 'Two', 'Three'].map(create);
  const { json } = await execute(project.session_id, 'Batch', { commands });
  const { epoch } = await readGraph(project.session_id);
  for (const [behind, names] of [[1, ['Three']], [2, ['Two', 'Three']]]) {
    const member = await resume(t, project.session_id, { epoch, seq: json.seq - behind });
    assert.deepEqual(member.joined.events.map(({ name }) => name), names);
    assert.equal(member.joined.seq, json.seq);
  }
});

test('a place in another journal, or beyond the end of this one, gets the graph', async (t) => {
  const project = await createProject();
  const seq = await grow(project, 2);
  const { epoch, graph } = await readGraph(project.session_id);
  for (const since of [{ epoch: NOBODY, seq: 1 }, { epoch, seq: seq + 1 }, { epoch: '', seq: 0 }]) {
    const member = await resume(t, project.session_id, since);
    assert.equal(member.joined.mode, 'snapshot', JSON.stringify(since));
    assert.deepEqual([member.joined.seq, member.joined.graph], [seq, graph]);
  }
});

test('a small graph is sent where the events are more', async (t) => {
  const project = await createProject();
  const { epoch, seq } = await readGraph(project.session_id);
  for (let n = 0; n < 20; n += 1) {
    const data = { node_id: project.root_id, property_id: 'vin', new_value: `VIN ${n}` };
    await execute(project.session_id, 'UpdateProperty', data);
  }
  const member = await resume(t, project.session_id, { epoch, seq });
  assert.equal(member.joined.mode, 'snapshot');
  assert.equal(member.joined.graph.roots[0].properties.vin, 'VIN 19');
});

test('a graph that is too large for a packet is to be fetched, and a short tail of it is not', async (t) => {
  const project = await createProject();
  await grow(project, 12, 30_000);
  const since = { epoch: (await readGraph(project.session_id)).epoch };
  const member = await resume(t, project.session_id, null);
  assert.equal(member.joined.mode, 'fetch');
  assert.deepEqual([member.joined.graph, member.joined.events], [undefined, undefined]);
  const fetched = await readGraph(project.session_id);
  assert.ok(fetched.seq >= member.joined.seq);
  await grow(project, 1);
  await member.hearsSeq(fetched.seq + 1);
  const late = await resume(t, project.session_id, { ...since, seq: fetched.seq });
  assert.deepEqual([late.joined.mode, seqs(late.joined.events)], ['tail', [fetched.seq + 1]]);
  const later = await resume(t, project.session_id, { ...since, seq: 1 });
  assert.equal(later.joined.mode, 'fetch', 'events and graph are both too large');
});

test('members that resume in the middle of a burst miss nothing and hear nothing twice', async (t) => {
  const project = await createProject();
  const { session_id, root_id } = project;
  const start = await grow(project, 200);
  const writer = await enter(t, session_id, { join: { lifecycle: false } });
  const { epoch } = writer.joined;
  let [sent, head, over] = [0, start, false];
  const writes = async () => {
    while (!over) {
      const data = { node_id: root_id, property_id: 'vin', new_value: `VIN ${sent}` };
      sent += 1;
      const { seq } = await writer.execute(session_id, 'UpdateProperty', data);
      head = Math.max(head, seq);
    }
  };
  // Sixteen commands are on their way at any time, until everybody is in.
  const writing = Array.from({ length: 16 }, writes);
  const members = [];
  for (let n = 0; n < 24; n += 1) {
    const heard = writer.graphEvents().at(-1)?.seq ?? start;
    const behind = n % 3 === 0 ? null : { epoch, seq: Math.max(start, heard - 4) };
    members.push({ member: await resume(t, session_id, behind), behind });
  }
  over = true;
  await Promise.all(writing);
  for (const { member, behind } of members) {
    const { mode, events, graph, seq } = member.joined;
    if (seq < head) await member.hearsSeq(head);
    const told = seqs(member.graphEvents());
    assert.deepEqual(told, range(seq + 1, head), `${mode} at ${seq}`);
    if (mode === 'tail') assert.deepEqual(seqs(events), range(behind.seq + 1, seq));
    if (mode === 'snapshot') {
      const vin = graph.roots[0].properties.vin;
      assert.equal(vin, writer.graphEvents().find((event) => event.seq === seq)?.new_value, 'the graph as of its seq');
    }
  }
  const joined = members.map(({ member }) => member.joined);
  assert.ok(new Set(joined.map(({ mode }) => mode)).size > 1, 'more than one way was taken');
  assert.ok(joined.some(({ seq }) => seq < head), 'somebody came before the end');
});

test('a member that joins again with a place is brought up to date and hears nothing twice', async (t) => {
  const project = await createProject();
  await grow(project, 20);
  const member = await enter(t, project.session_id, { join: { lifecycle: false } });
  const { epoch, seq } = member.joined;
  const last = await grow(project, 3);
  await member.hearsSeq(last);
  const again = await member.ask('join_session', { session_id: project.session_id, since: { epoch, seq }, lifecycle: false });
  assert.deepEqual([again.mode, seqs(again.events), again.active_clients], ['tail', range(seq + 1, last), 1]);
  await grow(project, 1);
  await member.hearsSeq(last + 1);
  assert.deepEqual(seqs(member.graphEvents()), range(seq + 1, last + 1));
});

test('commands that follow a join with a place are answered after it', async (t) => {
  const project = await createProject();
  const { session_id, root_id } = project;
  const { epoch } = await readGraph(session_id);
  const client = new Client(await connect(t));
  const joined = client.ask('join_session', { session_id, since: { epoch, seq: 1 }, lifecycle: false });
  const done = client.execute(session_id, 'UpdateProperty', { node_id: root_id, property_id: 'vin', new_value: '1' });
  await Promise.all([joined, done]);
  assert.deepEqual(client.names(), ['joined', '(answer)', 'property-changed', '(answer)']);
});

test('a session without a project is current, whatever the client has', async (t) => {
  const { json } = await post('/api/v1/sessions');
  for (const since of [null, { epoch: NOBODY, seq: 4 }]) {
    const { joined } = await resume(t, json.session_id, since);
    assert.deepEqual([joined.mode, joined.epoch, joined.seq], ['current', null, 0]);
  }
});

test('a place that is none is refused, and nobody joins', async (t) => {
  const { session_id } = await createProject();
  const client = new Client(await connect(t));
  for (const since of [7, 'x', { epoch: 1, seq: 1 }, { epoch: NOBODY }, { epoch: NOBODY, seq: -1 }, [], [NOBODY, 1], true]) {
    const answer = await client.ask('join_session', { session_id, since });
    assert.deepEqual([answer.success, answer.error?.code], [false, 'INVALID_REQUEST'], JSON.stringify(since));
  }
  const { json } = await get(`/api/v1/sessions/${session_id}/info`);
  assert.equal(json.active_clients, 0);
});
