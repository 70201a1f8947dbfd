// Project files as stock clients in the room see them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProject, enter, execute, get, post, request } from './support.mjs';

const load = (session_id, file) => post(`/api/v1/sessions/${session_id}/load-graph`, file);

/** A file of one root and `names` below it. */
const file = (...names) => ({
  version: '1.0',
  templates: ['restomod.yaml'],
  nodes: {
    root: { id: 'root', type: 'project_root', name: 'Mustang', children: names, parent_id: null },
    ...Object.fromEntries(names.map((name) => [name, { id: name, type: 'phase', name, parent_id: 'root' }])),
  },
});

test('a member hears that the graph is another one, and can go on from there', async (t) => {
  const { session_id, root_id } = await createProject();
  const [browser, front] = [await enter(t, session_id), await enter(t, session_id, { path: '/graph' })];
  await execute(session_id, 'CreateNode', { parent_id: root_id, blueprint_type_id: 'phase', name: 'Before' });
  for (const member of [browser, front]) {
    await member.hears('command:executed');
    member.forget();
  }

  const { status, json } = await load(session_id, file('Body', 'Paint'));
  assert.equal(status, 200);
  assert.equal(json.seq, 3);
  for (const member of [browser, front]) {
    const { node_count, seq } = await member.hears('graph-replaced');
    assert.deepEqual({ node_count, seq }, { node_count: 3, seq: 3 });
    const update = await member.hears('external_project_update');
    assert.equal(update.event, 'external_project_update');
    assert.equal(update.session_id, session_id);
    await member.hears('command:executed');
  }
  const names = ['command:executing', 'graph-replaced', 'external_project_update', 'command:executed'];
  assert.deepEqual(browser.names(), names);

  // What clients do then: read the graph, and go on with the events behind it.
  const { json: read } = await get(`/api/v1/sessions/${session_id}/graph`);
  assert.equal(read.seq, 3);
  const root = read.graph.roots[0];
  assert.deepEqual(root.children.map((child) => child.name), ['Body', 'Paint']);
  await browser.execute(session_id, 'UpdateProperty', { node_id: root.id, property_id: 'name', new_value: 'Käfer' });
  assert.equal((await front.hears('node-updated')).seq, 4);
});

test('who joined an empty session hears the project that it is given', async (t) => {
  const { json } = await post('/api/v1/sessions');
  const { session_id } = json;
  const member = await enter(t, session_id, { path: '/graph', transports: ['polling'], upgrade: false });
  assert.equal(member.joined.epoch, null);
  const loaded = await load(session_id, { graph: file('Body'), template_id: 'restomod' });
  assert.equal(loaded.status, 200, JSON.stringify(loaded.json));
  assert.equal(loaded.json.session_id, session_id);
  assert.equal(loaded.json.template_id, 'restomod');
  assert.equal((await member.hears('graph-replaced')).seq, 1);
  await member.hears('external_project_update');

  const root = loaded.json.graph.roots[0];
  const answer = await member.execute(session_id, 'CreateNode', { parent_id: root.id, blueprint_type_id: 'phase' });
  assert.equal(answer.success, true);
  assert.equal((await member.hears('node-created')).seq, 2);
  const undone = await member.ask('undo', { session_id });
  assert.equal(undone.success, true);
  assert.equal((await member.hears('node-deleted')).node_id, answer.node_id);
});

test('the desktop client opens what it saved', async (t) => {
  const { session_id } = await createProject();
  const nodes = [
    { id: 'a', type: 'project_root', properties: { name: 'Mustang' }, children: ['b'], icon_id: 'vehicle' },
    { id: 'b', type: 'phase', properties: { name: 'Body' }, children: [], indicator_id: 'empty' },
  ];
  const saved = { graph: { id: 'default', nodes, edges: [] }, template_id: 'restomod', blocking_relationships: [] };
  const { status, json } = await load(session_id, saved);
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json.graph.roots[0].name, 'Mustang');
  assert.equal(json.graph.roots[0].children[0].name, 'Body');
});

test('a file with faults is refused, and the room hears nothing', async (t) => {
  const { session_id } = await createProject();
  const member = await enter(t, session_id);
  member.forget();
  const broken = file('Body');
  broken.nodes.root.children.push('Paint', 'Body');
  const { status, json } = await load(session_id, broken);
  assert.equal(status, 400);
  assert.equal(json.error.code, 'INVALID_PROJECT_FILE');
  assert.deepEqual(json.error.details, {
    faults: [
      { place: 'nodes.root.children[1]', message: 'there is no such node' },
      { place: 'nodes.root.children[2]', message: 'the node is listed twice' },
    ],
    faults_total: 2,
  });
  assert.equal((await load(session_id, file('Body'))).status, 200);
  await member.hears('command:executed');
  assert.equal(member.names().filter((name) => name === 'graph-replaced').length, 1);
  assert.deepEqual(member.told('command:failed'), []);
});

test('what is exported is a file to keep', async () => {
  const { project_id } = await createProject('Zürich & "more"');
  const answer = await request('GET', `/api/v1/projects/${project_id}/export`);
  assert.equal(answer.status, 200);
  assert.equal(answer.json.version, '1.0');
  assert.deepEqual(answer.json.templates, ['restomod.yaml']);
  const again = await post('/api/v1/projects/import', answer.json);
  assert.equal(again.status, 201);
  assert.equal(again.json.name, 'Zürich & "more"');
  const [node] = Object.values(answer.json.nodes);
  assert.equal(again.json.graph.roots[0].id, node.id);
});
