// The bugs of the server that this one replaces, by their numbers in the list that was made by watching it:
// each has a test that it is not here. 1 to 9 are about commands and what is told of them; the others stand in
// habits-of-the-original.
//
// Proves MOVE-2 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { NOBODY, as, connect, Client, enter, get, readGraph } from './support.mjs';

/** A project with the phases A and B, and the jobs 1 and 2 in A. */
async function scene() {
  const project = await Project.make();
  const ids = { root: project.root_id };
  for (const name of ['A', 'B']) ids[name] = await project.add(project.root_id, 'phase', name);
  for (const name of ['one', 'two']) ids[name] = await project.add(ids.A, 'job', name);
  return { project, ids };
}

const info = async ({ session_id }) => (await get(`/api/v1/sessions/${session_id}/info`)).json;
const graph = async ({ session_id }) => (await readGraph(session_id)).graph;

/** The ids of every node in a tree of them, as often as they stand in it. */
const allIds = ({ roots }) => roots.flatMap((node) => [node.id, ...allIds({ roots: node.children })]);

test('bug 1: a client on /graph is connected, joins, and hears what others do', async (t) => {
  const { project, ids } = await scene();
  for (const path of ['/graph', '/']) {
    const member = await enter(t, project.session_id, { path });
    await project.does('UpdateProperty', { node_id: ids.A, property_id: 'start_date', new_value: path });
    assert.equal((await member.hears('property-changed')).new_value, path);
  }
});

test('bug 2: what is answered with success has changed the graph, and what names no node is refused', async () => {
  const { project, ids } = await scene();
  await project.does('UpdateProperty', { node_id: ids.A, property_id: 'start_date', new_value: '2027-03-01' });
  assert.equal((await project.node(ids.A)).properties.start_date, '2027-03-01');
  await project.does('LinkNode', { parent_id: ids.B, child_id: ids.one });
  assert.equal((await project.node(ids.one)).parent_id, ids.B);
  await project.does('ApplyKit', { target_id: ids.B, kit_root_id: ids.A });
  assert.deepEqual((await project.node(ids.B)).children.map(({ name }) => name), ['one', 'two']);
  await project.does('DeleteNode', { node_id: ids.one });
  assert.equal(await project.node(ids.one), undefined);
  for (const node_id of ['not-a-uuid', NOBODY]) {
    await project.refuses('UpdateProperty', { node_id, property_id: 'x', new_value: 1 }, 'NODE_NOT_FOUND');
    await project.refuses('DeleteNode', { node_id }, 'NODE_NOT_FOUND');
    await project.refuses('LinkNode', { parent_id: ids.A, child_id: node_id }, 'NODE_NOT_FOUND');
    await project.refuses('ApplyKit', { target_id: ids.A, kit_root_id: node_id }, 'NODE_NOT_FOUND');
  }
});

test('bug 3: a created node can be undone, and its creation is announced like every command', async (t) => {
  const { project, ids } = await scene();
  const member = await enter(t, project.session_id);
  const made = await project.does('CreateNode', { parent_id: ids.B, blueprint_type_id: 'job', name: 'three' });
  assert.equal(made.undo_available, true);
  await member.hears('command:executed');
  const names = member.names().filter((name) => name !== '(answer)' && !name.startsWith('session'));
  assert.deepEqual(names, ['joined', 'command:executing', 'node-created', 'command:executed']);
  await project.undo();
  assert.equal(await project.node(made.node_id), undefined);
});

test('bug 4: an undo tells everybody what it changed, whatever it took back', async (t) => {
  const { project, ids } = await scene();
  const member = await enter(t, project.session_id, { join: { lifecycle: false } });
  for (const [type, data, told] of [
    ['UpdateProperty', { node_id: ids.A, property_id: 'start_date', new_value: 'x' }, ['property-deleted']],
    ['CreateNode', { parent_id: ids.B, blueprint_type_id: 'job' }, ['node-deleted']],
    ['DeleteNode', { node_id: ids.A }, ['node-created', 'node-created', 'node-created']],
    ['ApplyKit', { target_id: ids.B, kit_root_id: ids.A }, ['node-deleted', 'node-deleted']],
    ['MoveNode', { node_id: ids.one, new_parent_id: ids.B }, ['node-unlinked', 'node-linked']],
    ['ReorderNode', { node_id: ids.two, new_index: 0 }, ['node-unlinked', 'node-linked']],
    ['LinkNode', { parent_id: ids.B, child_id: ids.one }, ['node-unlinked', 'node-linked']],
  ]) {
    await project.does(type, data);
    const { json } = await project.undo();
    await member.hearsSeq(json.seq);
    const events = member.graphEvents().filter((event) => event.command_id === json.command_id);
    assert.deepEqual(events.map(({ event }) => event), [...told, 'command:undo'], type);
  }
});

test('bug 5: undo restores what was really there, whatever old_value said', async (t) => {
  const { project, ids } = await scene();
  const member = await enter(t, project.session_id);
  const write = { node_id: ids.A, property_id: 'start_date' };
  await project.does('UpdateProperty', { ...write, new_value: 'true value' });
  await project.does('UpdateProperty', { ...write, old_value: 'a lie', new_value: 'next' });
  const told = await member.hears('property-changed', ({ new_value }) => new_value === 'next');
  assert.equal(told.old_value, 'true value');
  await project.undo();
  assert.equal((await project.node(ids.A)).properties.start_date, 'true value');
});

test('bug 6: a write to a node that is not there is refused, tells no change and leaves no step', async (t) => {
  const project = await Project.make();
  const member = await enter(t, project.session_id);
  await project.refuses('UpdateProperty', { node_id: NOBODY, property_id: 'x', new_value: 1 }, 'NODE_NOT_FOUND');
  await project.refuses('DeleteNode', { node_id: NOBODY }, 'NODE_NOT_FOUND');
  assert.equal((await info(project)).undo_available, false);
  await member.hears('command:failed', ({ command_type }) => command_type === 'DeleteNode');
  assert.deepEqual(member.graphEvents(), []);
  assert.deepEqual(member.told('command:executed'), []);
});

test('bug 7: a deleted node takes its subtree with it, and undo puts all of it back into the tree', async () => {
  const { project, ids } = await scene();
  const before = await graph(project);
  const { node_count } = await info(project);
  await project.does('DeleteNode', { node_id: ids.A });
  assert.equal((await info(project)).node_count, node_count - 3);
  assert.deepEqual(allIds(await graph(project)), [ids.root, ids.B]);
  await project.undo();
  assert.equal((await info(project)).node_count, node_count);
  assert.deepEqual(await graph(project), before);

  await project.does('DeleteNode', { node_id: ids.root });
  assert.deepEqual(await graph(project), { roots: [] });
  assert.equal((await info(project)).node_count, 0);
  await project.undo();
  assert.deepEqual(await graph(project), before);
});

test('bug 8: a node has one place: no duplicates, no second parent, no cycle', async () => {
  const { project, ids } = await scene();
  const before = await graph(project);
  for (const parent_id of [ids.A, ids.A, ids.B]) {
    await project.does('LinkNode', { parent_id, child_id: ids.one });
    const listed = allIds(await graph(project));
    assert.equal(new Set(listed).size, listed.length);
    assert.equal((await project.node(ids.one)).parent_id, parent_id);
  }
  await project.undo();
  assert.deepEqual(await graph(project), before);
  for (const [parent_id, child_id] of [[ids.root, ids.root], [ids.one, ids.A], [ids.two, ids.root]]) {
    await project.refuses('LinkNode', { parent_id, child_id }, 'CYCLE');
  }
  assert.deepEqual(await graph(project), before);
});

test('bug 9: everybody is told of every copy that a kit makes', async (t) => {
  const { project, ids } = await scene();
  await project.add(ids.one, 'task', 'inner');
  const member = await enter(t, project.session_id);
  const { node_ids, seq } = await project.does('ApplyKit', { target_id: ids.B, kit_root_id: ids.A });
  await member.hearsSeq(seq);
  const created = member.told('node-created');
  assert.deepEqual(created.map(({ name }) => name), ['one', 'inner', 'two']);
  assert.deepEqual(created.map(({ parent_id }) => parent_id), [ids.B, node_ids[0], ids.B]);
  assert.deepEqual([created[0].node_id, created[2].node_id], node_ids);
});

test('bug 10: a session that is not there cannot be joined, and who is in already is not announced again', async (t) => {
  const { project } = await scene();
  const stranger = new Client(await connect(t, '/graph', as('stranger')));
  for (const session_id of ['not-a-session', NOBODY]) {
    const answer = await stranger.ask('join_session', { session_id });
    assert.deepEqual([answer.success, answer.error.code], [false, 'INVALID_SESSION']);
  }
  assert.deepEqual(stranger.told('joined'), []);
  const member = await enter(t, project.session_id);
  const other = await enter(t, project.session_id);
  const again = await other.ask('join_session', { session_id: project.session_id });
  assert.deepEqual([again.success, again.active_clients], [true, 2]);
  await project.add(project.root_id, 'phase', 'C');
  await member.hears('node-created');
  assert.equal(member.told('session:connected').filter(({ client_id }) => client_id === other.id).length, 1);
});
