// What the room is told of each change: which events, in which order, with which fields.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { NOBODY, enter } from './support.mjs';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A project, a member of its session, and `of`: what that member is told about one call. */
async function scene(t, join = { lifecycle: false }) {
  const project = await Project.make();
  const member = await enter(t, project.session_id, { join });
  const of = async (call) => {
    const answer = await call();
    const { seq, command_id } = answer.json ?? answer;
    await member.hearsSeq(seq);
    return member.graphEvents().filter((event) => event.command_id === command_id);
  };
  return { project, member, of };
}

const named = (events) => events.map(({ event }) => event);

/** The fields that are asked for, and their values in `event`. */
const part = (event, ...fields) => Object.fromEntries(fields.map((field) => [field, event[field]]));

// C-166, C-167
test('whatever the room is told carries its name, its session and its time', async (t) => {
  const project = await Project.make();
  const [member, visitor] = [await enter(t, project.session_id), await enter(t, project.session_id)];
  const node_id = await project.add(project.root_id, 'phase', 'A');
  await project.does('UpdateProperty', { node_id, property_id: 'name', value: 'B' });
  await project.does('UpdateProperty', { node_id, property_id: 'start_date', value: null });
  await project.does('MoveNode', { node_id, new_parent_id: null });
  await project.does('LinkNode', { child_id: node_id, parent_id: project.root_id });
  await project.does('UpdateBlockingRelationship', { blocked_node_id: node_id, blocking_node_id: project.root_id });
  await project.does('DeleteNode', { node_id });
  await project.refuses('DeleteNode', { node_id }, 'NODE_NOT_FOUND');
  await project.undo();
  await project.redo();
  visitor.socket.disconnect();
  await member.hears('session:disconnected');
  const names = new Set(member.names().filter((name) => !['(answer)', 'joined'].includes(name)));
  assert.equal(names.size, 15, [...names].join(', '));
  for (const { name, payload } of member.log.filter((entry) => names.has(entry.name))) {
    assert.equal(payload.event, name);
    assert.equal(payload.session_id, project.session_id);
    assert.match(payload.timestamp, RFC_3339, name);
  }
});

// C-170
test('a new node is told with all that it starts with', async (t) => {
  const { project, of } = await scene(t);
  const data = { parent_id: project.root_id, blueprint_type_id: 'part', name: 'A bolt', properties: { sku: 'M8' } };
  const [event, ...others] = await of(() => project.does('CreateNode', data));
  assert.deepEqual(named([event, ...others]), ['node-created']);
  const { node_id, node } = event;
  assert.deepEqual(part(event, 'parent_id', 'blueprint_type_id', 'name'), {
    parent_id: project.root_id,
    blueprint_type_id: 'part',
    name: 'A bolt',
  });
  assert.deepEqual(part(node, 'id', 'blueprint_type_id', 'parent_id', 'name', 'children'), {
    id: node_id,
    blueprint_type_id: 'part',
    parent_id: project.root_id,
    name: 'A bolt',
    children: [],
  });
  assert.deepEqual(node.properties, (await project.node(node_id)).properties);
});

// C-171
test('a deletion is told once, with every node of the subtree', async (t) => {
  const { project, of } = await scene(t);
  const phase = await project.add(project.root_id, 'phase', 'A');
  const [one, other] = [await project.add(phase, 'job', '1'), await project.add(phase, 'job', '2')];
  const events = await of(() => project.does('DeleteNode', { node_id: phase }));
  assert.deepEqual(named(events), ['node-deleted']);
  assert.equal(events[0].node_id, phase);
  assert.deepEqual(events[0].node_ids.toSorted(), [phase, one, other].toSorted());
});

// C-172, C-176
test('a rename is told as one, and as a changed property', async (t) => {
  const { project, of } = await scene(t);
  const data = { node_id: project.root_id, property_id: 'name', value: 'New', old_value: 'WRONG' };
  const [renamed, changed, ...others] = await of(() => project.does('UpdateProperty', data));
  assert.deepEqual(named([renamed, changed, ...others]), ['node-updated', 'property-changed']);
  assert.deepEqual(part(renamed, 'node_id', 'name'), { node_id: project.root_id, name: 'New' });
  assert.deepEqual(part(changed, 'node_id', 'property_id', 'property_name', 'old_value', 'new_value'), {
    node_id: project.root_id,
    property_id: 'name',
    property_name: 'name',
    old_value: 'Commands',
    new_value: 'New',
  });
});

// C-176, C-177
test('a property is told with what was really there before', async (t) => {
  const { project, of } = await scene(t);
  const own = { node_id: project.root_id, property_id: 'vin' };
  const told = { ...own, property_name: 'vin' };
  const fields = ['node_id', 'property_id', 'property_name', 'old_value', 'new_value'];
  const write = (value) => of(() => project.does('UpdateProperty', { ...own, value, old_value: 'WRONG' }));
  const [first] = await write('one');
  assert.deepEqual(part(first, ...fields), { ...told, old_value: null, new_value: 'one' });
  const [second] = await write('two');
  assert.deepEqual(part(second, ...fields), { ...told, old_value: 'one', new_value: 'two' });
  const gone = [...(await write(null)), ...(await write(null))];
  assert.deepEqual(named(gone), ['property-deleted', 'property-deleted']);
  const [deleted] = await of(() => project.does('UpdateProperty', { ...own, value: 'three' }))
    .then(() => of(() => project.does('DeleteProperty', own)));
  assert.deepEqual(part(deleted, 'event', ...fields.slice(0, 4)), {
    event: 'property-deleted',
    ...told,
    old_value: 'three',
  });
});

// C-173, C-174, C-175
test('a move and a reorder are told as leaving a place and taking one', async (t) => {
  const { project, of } = await scene(t);
  const { root_id } = project;
  const [a, b] = [await project.add(root_id, 'phase', 'A'), await project.add(root_id, 'phase', 'B')];
  const place = (event) => part(event, 'event', 'parent_id', 'child_id', 'index');
  const at = (event, parent_id, child_id, index) => ({ event, parent_id, child_id, index });
  const told = async (type, data) => (await of(() => project.does(type, data))).map(place);

  assert.deepEqual(await told('MoveNode', { node_id: b, new_parent_id: a }), [
    at('node-unlinked', root_id, b, 1),
    at('node-linked', a, b, 0),
  ]);
  assert.deepEqual(await told('LinkNode', { child_id: b, parent_id: root_id }), [
    at('node-unlinked', a, b, 0),
    at('node-linked', root_id, b, 1),
  ]);
  assert.deepEqual(await told('ReorderNode', { node_id: b, new_index: 0 }), [
    at('node-unlinked', root_id, b, 1),
    at('node-linked', root_id, b, 0),
  ]);
  assert.deepEqual(await told('UnlinkNode', { child_id: b, parent_id: root_id }), [
    at('node-unlinked', root_id, b, 0),
  ]);
  assert.deepEqual(await told('LinkNode', { child_id: b, parent_id: root_id }), [at('node-linked', root_id, b, 1)]);
});

// C-169, C-178, C-179, C-080
test('a command is told around what it changed, by its own type and id', async (t) => {
  const { project, member } = await scene(t, {});
  member.forget();
  const kit = await project.add(project.root_id, 'phase', 'A');
  const answer = await project.does('ApplyKit', { target_id: project.root_id, kit_root_id: project.root_id });
  await member.hears('command:executed', (event) => event.command_type === 'ApplyKit');
  assert.deepEqual(member.names(), [
    'command:executing', 'node-created', 'command:executed', 'command:executing', 'node-created', 'command:executed',
  ]);
  const [executing, created, executed] = member.log.slice(3).map(({ payload }) => payload);
  for (const event of [executing, created, executed]) {
    assert.deepEqual([event.command_id, event.command_type], [answer.command_id, 'ApplyKit']);
  }
  assert.deepEqual([executed.success, executed.error], [true, null]);
  assert.equal(executed.result.seq, answer.seq);
  assert.equal(member.told('command:executed')[0].result.node_id, kit);
});

// C-180
test('what a rule refuses is told to everybody, and by REST too', async (t) => {
  const { project, member } = await scene(t, {});
  await project.refuses('DeleteNode', { node_id: NOBODY }, 'NODE_NOT_FOUND');
  const failed = await member.hears('command:failed');
  assert.equal(typeof failed.command_id, 'string');
  assert.deepEqual([failed.command_type, failed.success], ['DeleteNode', false]);
  assert.equal(failed.error.code, 'NODE_NOT_FOUND');
  assert.equal(typeof failed.error.message, 'string');
});

// C-181, C-182, C-183
test('an undo tells what changed and then itself; so does a redo', async (t) => {
  const { project, of } = await scene(t);
  const { root_id } = project;
  const node_id = await project.add(root_id, 'phase', 'A');
  const other = await project.add(root_id, 'phase', 'B');
  const cases = [
    ['UpdateProperty', { node_id, property_id: 'start_date', value: '2027-01-01' }, ['property-deleted'], ['property-changed']],
    ['MoveNode', { node_id: other, new_parent_id: node_id }, ['node-unlinked', 'node-linked'], ['node-unlinked', 'node-linked']],
    ['ReorderNode', { node_id: other, new_index: 0 }, ['node-unlinked', 'node-linked'], ['node-unlinked', 'node-linked']],
    ['ApplyKit', { target_id: node_id, kit_root_id: root_id }, ['node-deleted', 'node-deleted'], ['node-created', 'node-created']],
    ['DeleteNode', { node_id }, ['node-created'], ['node-deleted']],
  ];
  for (const [type, data, back, again] of cases) {
    await project.does(type, data);
    for (const [call, changed, name] of [[() => project.undo(), back, 'command:undo'], [() => project.redo(), again, 'command:redo']]) {
      const events = await of(call);
      assert.deepEqual(named(events), [...changed, name], `${name} of ${type}`);
      const last = events.at(-1);
      assert.equal(last.command_type, type);
      assert.equal(typeof last.command_id, 'string');
    }
    await project.undo();
  }
});
