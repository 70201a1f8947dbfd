// Commands about nodes and their properties: fields, defaults, rules.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Project } from './project.mjs';
import { NOBODY, get, readGraph } from './support.mjs';

// C-090, C-091, C-092
test('a node has what it was made with, and what is left out has a default', async () => {
  const project = await Project.make();
  const named = await project.make({ parent_id: project.root_id, blueprint_type_id: 'phase', name: 'Body' });
  assert.deepEqual([named.name, named.parent_id, named.blueprint_type_id], ['Body', project.root_id, 'phase']);
  for (const name of [undefined, null]) {
    const node = await project.make({ blueprint_type_id: 'phase', name });
    assert.deepEqual([node.name, node.parent_id], ['New Node', null]);
  }
  assert.equal((await readGraph(project.session_id)).graph.roots.length, 3);
});

// C-093
test('a new node is the last of its siblings unless it says before which one it stands', async () => {
  const project = await Project.make();
  const make = (name, index) => project.make({ parent_id: project.root_id, blueprint_type_id: 'phase', name, index });
  await make('A');
  await make('B');
  await make('C', 1);
  await make('D', 0);
  await make('E', 99);
  const { children } = await project.node(project.root_id);
  assert.deepEqual(children.map((node) => node.name), ['D', 'A', 'C', 'B', 'E']);
});

// C-094, C-095
test('the template fills in what the command leaves out', async () => {
  const project = await Project.make();
  const { json: schema } = await get('/api/v1/templates/restomod/schema');
  const options = (type, property) =>
    schema.node_types.find(({ id }) => id === type).properties.find(({ id }) => id === property).options;
  const part = await project.make({ blueprint_type_id: 'part' });
  assert.deepEqual(part.properties, { quantity: 1, status: options('part', 'status')[0].id });
  const job = await project.make({ blueprint_type_id: 'job' });
  assert.equal(job.properties.priority, options('job', 'priority').find(({ name }) => name === 'Normal').id);
  const four = await project.make({ blueprint_type_id: 'part', properties: { quantity: 4, sku: 'A-1' } });
  assert.deepEqual([four.properties.quantity, four.properties.sku], [4, 'A-1']);
});

// C-096
test('a node takes the id that its client gives it, once', async () => {
  const project = await Project.make();
  const node_id = '7d2f1c1e-53a1-4a0e-8f0d-1f2e3d4c5b6a';
  assert.equal((await project.does('CreateNode', { blueprint_type_id: 'phase', node_id })).node_id, node_id);
  await project.refuses('CreateNode', { blueprint_type_id: 'phase', node_id }, 'NODE_EXISTS');
});

// C-097, C-099, C-102
test('a parent and a type must be there', async () => {
  const project = await Project.make();
  for (const parent_id of [NOBODY, 'no-uuid-at-all']) {
    await project.refuses('CreateNode', { parent_id, blueprint_type_id: 'phase' }, 'PARENT_NOT_FOUND');
  }
  await project.refuses('CreateNode', { blueprint_type_id: 'no_such_type' }, 'UNKNOWN_NODE_TYPE');
  await project.refuses('CreateNode', { parent_id: project.root_id }, 'INVALID_COMMAND');
  assert.equal((await readGraph(project.session_id)).seq, 1);
});

// C-100, C-101
test('types are held to what the template allows in strict projects alone', async () => {
  const [loose, strict] = [await Project.make(), await Project.make(true)];
  const data = ({ root_id }) => ({ parent_id: root_id, blueprint_type_id: 'project_root' });
  assert.equal((await loose.make(data(loose))).parent_id, loose.root_id);
  await strict.refuses('CreateNode', data(strict), 'CHILD_NOT_ALLOWED');
});

// C-103, C-104, C-105
test('a node is deleted with everything below it, and comes back with it in its place', async () => {
  const project = await Project.make();
  const make = (parent_id, blueprint_type_id) => project.make({ parent_id, blueprint_type_id });
  const phases = [];
  for (let n = 0; n < 3; n += 1) phases.push(await make(project.root_id, 'phase'));
  await make((await make(phases[1].id, 'job')).id, 'task');
  const before = await readGraph(project.session_id);
  const { graph } = await project.does('DeleteNode', { node_id: phases[1].id });
  assert.deepEqual(graph.roots[0].children.map((node) => node.id), [phases[0].id, phases[2].id]);
  const { json: undone } = await project.undo();
  assert.deepEqual(undone.graph, before.graph);

  await project.refuses('DeleteNode', { node_id: NOBODY }, 'NODE_NOT_FOUND');
});

// C-106, C-107
test('a property takes any JSON value, under either name of the field', async () => {
  const project = await Project.make();
  const node_id = project.root_id;
  const values = ['text', '', 5, -0.5, true, false, [], { a: [1, { b: null }] }, 'Ünï ✓ 日本 "q" <b>'];
  for (const field of ['new_value', 'value']) {
    for (const value of values) {
      await project.does('UpdateProperty', { node_id, property_id: 'notes', [field]: value });
      assert.deepEqual((await project.node(node_id)).properties.notes, value);
    }
  }
});

// C-108
test('an undo brings back what was really there, whatever the client said', async () => {
  const project = await Project.make();
  const write = (new_value, old_value) =>
    project.does('UpdateProperty', { node_id: project.root_id, property_id: 'vin', new_value, old_value });
  await write('one');
  await write('two', 'WRONG');
  const vin = ({ json }) => json.graph.roots[0].properties.vin;
  assert.equal(vin(await project.undo()), 'one');
  assert.equal(vin(await project.undo()), undefined);
});

// C-109
test('a value of null, or none, deletes the property', async () => {
  const project = await Project.make();
  const write = (fields) =>
    project.does('UpdateProperty', { node_id: project.root_id, property_id: 'vin', ...fields });
  for (const nothing of [{ new_value: null }, { value: null }, {}]) {
    await write({ new_value: 'there' });
    const { graph } = await write(nothing);
    assert.equal('vin' in graph.roots[0].properties, false);
  }
});

// C-110
test('the property name is the node\'s name', async () => {
  const project = await Project.make();
  const data = { node_id: project.root_id, property_id: 'name', new_value: 'Renamed' };
  const { graph } = await project.does('UpdateProperty', data);
  assert.equal(graph.roots[0].name, 'Renamed');
});

// C-111, C-079
test('with check: true a stale old_value is a conflict, and without it nobody asks', async () => {
  const project = await Project.make();
  const data = { node_id: project.root_id, property_id: 'vin', new_value: 'B', old_value: 'A' };
  await project.refuses('UpdateProperty', { ...data, check: true }, 'CONFLICT', 409);
  await project.does('UpdateProperty', data);
  await project.does('UpdateProperty', { ...data, old_value: 'B', new_value: 'C', check: true });
});

// C-112, C-113
test('a write names a node that is there and a property', async () => {
  const project = await Project.make();
  const good = { node_id: project.root_id, property_id: 'vin', new_value: 1 };
  await project.refuses('UpdateProperty', { ...good, node_id: NOBODY }, 'NODE_NOT_FOUND');
  await project.refuses('UpdateProperty', { ...good, node_id: undefined }, 'INVALID_COMMAND');
  await project.refuses('UpdateProperty', { ...good, property_id: undefined }, 'INVALID_COMMAND');
});

// C-114
test('values are held to their types in strict projects alone', async () => {
  const [loose, strict] = [await Project.make(), await Project.make(true)];
  const data = ({ root_id }) => ({ node_id: root_id, property_id: 'budget', new_value: 'a lot' });
  await loose.does('UpdateProperty', data(loose));
  await strict.refuses('UpdateProperty', data(strict), 'INVALID_PROPERTY_VALUE');
  await strict.does('UpdateProperty', { ...data(strict), new_value: 12.5 });
});

// C-115, C-116, C-117
test('a property is deleted under either name of the command and of the field', async () => {
  const project = await Project.make();
  const node_id = project.root_id;
  for (const type of ['DeleteProperty', 'DeleteOrphanedProperty']) {
    for (const field of ['property_id', 'property_key']) {
      await project.does('UpdateProperty', { node_id, property_id: 'left_over', value: 1 });
      const { graph } = await project.does(type, { node_id, [field]: 'left_over' });
      assert.equal('left_over' in graph.roots[0].properties, false);
    }
    await project.refuses(type, { node_id: NOBODY, property_id: 'left_over' }, 'NODE_NOT_FOUND');
  }
  const { json } = await project.undo();
  assert.equal(json.graph.roots[0].properties.left_over, 1);
});
