// Commands about places and relations: link, unlink, move, reorder, kits, what waits for what, batches.
//
// Proves CMD-5 and MOVE-1 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { NOBODY, enter, readGraph } from './support.mjs';

/** A project with phases A, B and C, and jobs 1 and 2 in A. */
async function scene(strict = false) {
  const project = await Project.make(strict);
  const ids = {};
  for (const name of ['A', 'B', 'C']) ids[name] = await project.add(project.root_id, 'phase', name);
  for (const name of ['1', '2']) ids[name] = await project.add(ids.A, 'job', name);
  return { project, ...ids };
}

/** What stands where, in words: `A(1 2) B C`. */
function told(nodes) {
  return nodes.map((node) => node.name + (node.children.length ? `(${told(node.children)})` : '')).join(' ');
}

const shape = ({ graph }) => told(graph.roots);

// C-118, C-119, C-123
test('a node that is linked stands last under its new parent and nowhere else', async () => {
  const { project, B, A, ...ids } = await scene();
  await project.add(B, 'job', '3');
  const answer = await project.does('LinkNode', { parent_id: B, child_id: ids['1'] });
  assert.equal(shape(answer), 'Commands(A(2) B(3 1) C)');
  const { json: undone } = await project.undo();
  assert.equal(shape(undone), 'Commands(A(1 2) B(3) C)');
  const root = await project.does('CreateNode', { blueprint_type_id: 'job', name: 'Loose' });
  const linked = await project.does('LinkNode', { parent_id: A, child_id: root.node_id });
  assert.equal(shape(linked), 'Commands(A(1 2 Loose) B(3) C)');
  assert.equal(shape((await project.undo()).json), 'Commands(A(1 2) B(3) C) Loose');
});

// C-120, C-121, C-122
test('what is linked already stays, and what would be below itself is refused', async () => {
  const { project, A, ...ids } = await scene();
  const before = await readGraph(project.session_id);
  const again = await project.does('LinkNode', { parent_id: A, child_id: ids['1'] });
  assert.deepEqual(again.graph, before.graph);
  for (const [parent_id, child_id] of [[A, A], [ids['1'], A], [ids['1'], project.root_id]]) {
    await project.refuses('LinkNode', { parent_id, child_id }, 'CYCLE');
  }
  await project.refuses('LinkNode', { parent_id: A, child_id: NOBODY }, 'NODE_NOT_FOUND');
  await project.refuses('LinkNode', { parent_id: NOBODY, child_id: A }, 'NODE_NOT_FOUND');
  await project.refuses('LinkNode', { parent_id: A }, 'INVALID_COMMAND');
  await project.refuses('LinkNode', { child_id: A }, 'INVALID_COMMAND');
  assert.deepEqual((await readGraph(project.session_id)).graph, before.graph);
});

// C-124, C-125
test('a node that is unlinked is a root, and only its own parent can be left', async () => {
  const { project, A, B, ...ids } = await scene();
  await project.refuses('UnlinkNode', { parent_id: B, child_id: ids['1'] }, 'NOT_LINKED');
  const answer = await project.does('UnlinkNode', { parent_id: A, child_id: ids['1'] });
  assert.equal(shape(answer), 'Commands(A(2) B C) 1');
  await project.refuses('UnlinkNode', { parent_id: A, child_id: ids['1'] }, 'NOT_LINKED');
});

// C-126, C-127, C-131
test('a move says where, and its undo puts the node back', async () => {
  const { project, A, B, C } = await scene();
  const before = 'Commands(A(1 2) B C)';
  for (const [place, expected] of [
    [{}, 'Commands(B C A(1 2))'],
    [{ index: 1 }, 'Commands(B A(1 2) C)'],
    [{ index: 99 }, 'Commands(B C A(1 2))'],
    [{ after: B }, 'Commands(B A(1 2) C)'],
    [{ before: C }, 'Commands(B A(1 2) C)'],
    [{ position: 'last' }, 'Commands(B C A(1 2))'],
  ]) {
    const moved = await project.does('MoveNode', { node_id: A, new_parent_id: project.root_id, ...place });
    assert.equal(shape(moved), expected, JSON.stringify(place));
    assert.equal(shape((await project.undo()).json), before);
  }
  const first = await project.does('MoveNode', { node_id: C, new_parent_id: project.root_id, position: 'first' });
  assert.equal(shape(first), 'Commands(C A(1 2) B)');
  await project.undo();
  const below = await project.does('MoveNode', { node_id: C, new_parent_id: A });
  assert.equal(shape(below), 'Commands(A(1 2 C) B)');
  assert.equal(shape((await project.undo()).json), before);
  const root = await project.does('MoveNode', { node_id: A, new_parent_id: null });
  assert.equal(shape(root), 'Commands(B C) A(1 2)');
  assert.equal(shape((await project.undo()).json), before);
});

// C-128, C-130
test('a move that cannot be says why', async () => {
  const { project, A, B, ...ids } = await scene();
  for (const new_parent_id of [A, ids['1']]) {
    const { details } = await project.refuses('MoveNode', { node_id: A, new_parent_id }, 'MOVE_INVALID');
    assert.equal(details.reason, 'CYCLE');
  }
  await project.refuses('MoveNode', { node_id: NOBODY, new_parent_id: A }, 'NODE_NOT_FOUND');
  await project.refuses('MoveNode', { node_id: A, new_parent_id: NOBODY }, 'NODE_NOT_FOUND');
  await project.refuses('MoveNode', { node_id: A }, 'INVALID_COMMAND');
  await project.refuses('MoveNode', { new_parent_id: A }, 'INVALID_COMMAND');
  await project.refuses('MoveNode', { node_id: A, new_parent_id: B, index: 0, after: B }, 'INVALID_COMMAND');
});

// C-129
test('a move is held to what the template allows in strict projects alone', async () => {
  const [loose, strict] = [await scene(), await scene(true)];
  const moved = await loose.project.does('MoveNode', { node_id: loose.B, new_parent_id: loose.A });
  assert.equal(shape(moved), 'Commands(A(1 2 B) C)');
  const data = { node_id: strict.B, new_parent_id: strict.A };
  const { details } = await strict.project.refuses('MoveNode', data, 'MOVE_INVALID');
  assert.equal(details.reason, 'CHILD_NOT_ALLOWED');
});

// C-132, C-133, C-134, C-135, C-136
test('a node is put at a place among its siblings', async () => {
  const { project, A, C } = await scene();
  const reorder = (node_id, new_index) => project.does('ReorderNode', { node_id, new_index });
  assert.equal(shape(await reorder(C, 0)), 'Commands(C A(1 2) B)');
  assert.equal(shape(await reorder(C, 1)), 'Commands(A(1 2) C B)');
  assert.equal(shape(await reorder(A, 99)), 'Commands(C B A(1 2))');
  const { details } = await project.refuses('ReorderNode', { node_id: A, new_index: -1 }, 'REORDER_INVALID');
  assert.equal(details.reason, 'INDEX');
  assert.equal(shape(await reorder(project.root_id, 0)), 'Commands(C B A(1 2))');
  await project.refuses('ReorderNode', { node_id: A }, 'INVALID_COMMAND');
  await project.refuses('ReorderNode', { node_id: NOBODY, new_index: 0 }, 'NODE_NOT_FOUND');
});

// C-137, C-138, C-139
test('a kit is copied whole, told node by node, and taken away by one undo', async (t) => {
  const { project, A, B, ...ids } = await scene();
  await project.does('UpdateProperty', { node_id: ids['1'], property_id: 'description', value: 'Sand it' });
  await project.add(ids['1'], 'task', 'T');
  const before = await readGraph(project.session_id);
  const member = await enter(t, project.session_id);
  const answer = await project.does('ApplyKit', { target_id: B, kit_root_id: A });
  assert.equal(shape(answer), 'Commands(A(1(T) 2) B(1(T) 2) C)');
  const [source, target] = answer.graph.roots[0].children;
  assert.equal(target.children[0].properties.description, 'Sand it');
  const copies = [target.children[0], target.children[0].children[0], target.children[1]].map(({ id }) => id);
  assert.equal(copies.includes(source.children[0].id), false);

  await member.hears('command:executed');
  const heard = member.told('node-created');
  assert.deepEqual(heard.map(({ node_id }) => node_id).sort(), copies.sort());
  const known = new Set([B]);
  for (const { node_id, parent_id } of heard) {
    assert.ok(known.has(parent_id), 'parents first');
    known.add(node_id);
  }
  assert.deepEqual((await project.undo()).json.graph, before.graph);
});

// C-140
test('a kit and its target must be there', async () => {
  const { project, A } = await scene();
  await project.refuses('ApplyKit', { target_id: NOBODY, kit_root_id: A }, 'NODE_NOT_FOUND');
  await project.refuses('ApplyKit', { target_id: A, kit_root_id: NOBODY }, 'NODE_NOT_FOUND');
  await project.refuses('ApplyKit', { target_id: A }, 'INVALID_COMMAND');
  await project.refuses('ApplyKit', { kit_root_id: A }, 'INVALID_COMMAND');
});

// C-141, C-142, C-143
test('a node waits for another one, never for itself', async () => {
  const { project, A, B, C } = await scene();
  const block = (blocked_node_id, blocking_node_id) => ({ blocked_node_id, blocking_node_id });
  const type = 'UpdateBlockingRelationship';
  await project.does(type, block(A, B));
  assert.equal((await project.node(A)).blocked_by, B);
  await project.does(type, block(B, C));
  for (const [blocked, blocking] of [[A, A], [B, A], [C, A]]) {
    await project.refuses(type, block(blocked, blocking), 'CYCLE');
  }
  await project.refuses(type, block(NOBODY, A), 'NODE_NOT_FOUND');
  await project.refuses(type, block(A, NOBODY), 'NODE_NOT_FOUND');
  await project.does(type, block(A, null));
  assert.equal((await project.node(A)).blocked_by, null);
});

// C-144
test('a batch is all or nothing and one step', async () => {
  const { project, A, B } = await scene();
  const before = await readGraph(project.session_id);
  const move = { command_type: 'MoveNode', data: { node_id: B, new_parent_id: A } };
  const rename = { command_type: 'UpdateProperty', data: { node_id: A, property_id: 'name', value: 'Z' } };
  const hopeless = { command_type: 'DeleteNode', data: { node_id: NOBODY } };
  await project.refuses('Batch', { commands: [move, rename, hopeless] }, 'NODE_NOT_FOUND');
  assert.deepEqual(await readGraph(project.session_id), before);
  const done = await project.does('Batch', { commands: [move, rename] });
  assert.equal(shape(done), 'Commands(Z(1 2 B) C)');
  assert.deepEqual((await project.undo()).json.graph, before.graph);
});
