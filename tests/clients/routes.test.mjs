// The routes beside commands: what every one of them answers, sessions, templates, and the graph.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, SERVER, createProject, enter, execute, get, post, request } from './support.mjs';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const phase = (parent_id, name = 'A phase') => ({ parent_id, blueprint_type_id: 'phase', name });

/** Asserts that `object` has these fields, whatever else it has. */
function assertHas(object, ...fields) {
  assert.deepEqual(fields.filter((field) => !(field in object)), [], JSON.stringify(object));
}

function assertError({ status, json }, expectedStatus, code) {
  assert.equal(status, expectedStatus, JSON.stringify(json));
  assert.equal(json.error.code, code);
  assert.equal(typeof json.error.message, 'string');
}

async function emptySession() {
  const { status, json } = await post('/api/v1/sessions');
  assert.equal(status, 201);
  return json.session_id;
}

const info = async (session_id) => (await get(`/api/v1/sessions/${session_id}/info`)).json;

// C-001
test('every route that reads is JSON under /api/v1', async () => {
  const { session_id, project_id, root_id } = await createProject();
  const paths = [
    '/health', '/sessions', `/sessions/${session_id}/info`, '/projects', `/projects/${project_id}`,
    '/templates', '/templates/restomod/schema', `/sessions/${session_id}/graph/tree`, `/sessions/${session_id}/graph`,
    `/graph?session_id=${session_id}`, `/projects/${project_id}/graph/nodes/${root_id}`, `/sessions/${session_id}/dirty`,
  ];
  for (const path of paths) {
    const answer = await get(`/api/v1${path}`);
    assert.equal(answer.status, 200, path);
    assert.match(answer.type, /^application\/json/, path);
    assert.equal(typeof answer.json, 'object', path);
  }
});

// C-010
test('a page of this machine is told that it may call', async () => {
  const headers = {
    origin: 'http://localhost:5173',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  const answer = await fetch(`${SERVER}/api/v1/commands/execute`, { method: 'OPTIONS', headers });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'http://localhost:5173');
  assert.match(answer.headers.get('access-control-allow-methods'), /POST/);
  assert.match(answer.headers.get('access-control-allow-headers').toLowerCase(), /content-type/);
});

// C-011
test('the health of the server is exactly this', async () => {
  const answer = await get('/api/v1/health');
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, { status: 'ok' });
});

// C-012, C-013, C-017
test('a session is made without a body and without a project', async () => {
  const { status, json } = await post('/api/v1/sessions');
  assert.equal(status, 201);
  assert.match(json.session_id, UUID);
  const described = await info(json.session_id);
  assert.deepEqual(
    [described.has_project, described.project_id, described.template_id, described.node_count],
    [false, null, null, 0],
  );
  assert.deepEqual([described.undo_available, described.redo_available], [false, false]);
});

// C-014, C-015, C-019
test('sessions are listed, and their number is told', async () => {
  const [{ session_id }, empty] = [await createProject(), await emptySession()];
  const { status, json } = await get('/api/v1/sessions');
  assert.equal(status, 200);
  assert.equal(json.total, json.sessions.length);
  for (const session of json.sessions) {
    assertHas(session, 'session_id', 'created_at', 'last_activity', 'active_clients', 'has_project');
    assert.match(session.created_at, RFC_3339);
    assert.match(session.last_activity, RFC_3339);
  }
  const find = (id) => json.sessions.find((session) => session.session_id === id);
  assert.deepEqual([find(session_id).has_project, find(empty).has_project], [true, false]);
});

// C-016, C-019, C-022
test('a session is described, and twice alike', async () => {
  const { session_id, project_id, root_id } = await createProject();
  await execute(session_id, 'CreateNode', phase(root_id));
  const { status, json } = await get(`/api/v1/sessions/${session_id}/info`);
  assert.equal(status, 200);
  assertHas(json, 'created_at', 'last_activity', 'active_clients');
  assert.deepEqual([json.session_id, json.project_id, json.template_id], [session_id, project_id, 'restomod']);
  assert.deepEqual([json.has_project, json.undo_available, json.redo_available], [true, true, false]);
  assert.equal(json.node_count, 2);
  assert.deepEqual(await info(session_id), json);
});

// C-020
test('those who have joined are counted, and those who left no more', async (t) => {
  const { session_id } = await createProject();
  assert.equal((await info(session_id)).active_clients, 0);
  const members = [await enter(t, session_id), await enter(t, session_id, { path: '/graph' })];
  assert.equal((await info(session_id)).active_clients, 2);
  const listed = (await get('/api/v1/sessions')).json.sessions.find((session) => session.session_id === session_id);
  assert.equal(listed.active_clients, 2);
  await members[0].ask('leave_session', { session_id });
  assert.equal((await info(session_id)).active_clients, 1);
});

// C-021
test('a command is an activity', async () => {
  const { session_id, root_id } = await createProject();
  const { last_activity: before } = await info(session_id);
  // Times are told in milliseconds: two of them must have passed to be told apart.
  while (Date.now() < Date.parse(before) + 2) await get('/api/v1/health');
  await execute(session_id, 'CreateNode', phase(root_id));
  const { last_activity: after } = await info(session_id);
  assert.ok(after > before, `${after} is later than ${before}`);
});

// C-023, C-103
test('what stands below a deleted node is counted no more', async () => {
  const { session_id, root_id } = await createProject();
  const { json: made } = await execute(session_id, 'CreateNode', phase(root_id));
  await execute(session_id, 'CreateNode', { parent_id: made.node_id, blueprint_type_id: 'job' });
  assert.equal((await info(session_id)).node_count, 3);
  await execute(session_id, 'DeleteNode', { node_id: made.node_id });
  assert.equal((await info(session_id)).node_count, 1);
});

// C-030, C-031
test('a project begins with a root of the first type that is called like it', async () => {
  const body = { template_id: 'restomod', project_name: 'Mustang 1967' };
  const { status, json } = await post('/api/v1/projects', body);
  assert.equal(status, 201);
  assert.match(json.project_id, UUID);
  assert.match(json.session_id, UUID);
  const [root, ...others] = json.graph.roots;
  assert.deepEqual(others, []);
  assert.deepEqual([root.name, root.blueprint_type_id, root.children], ['Mustang 1967', 'project_root', []]);
});

// C-034
test('a project is read with its graph', async () => {
  const { project_id, session_id, graph } = await createProject('To be read');
  const { status, json } = await get(`/api/v1/projects/${project_id}`);
  assert.equal(status, 200);
  assert.deepEqual([json.project_id, json.session_id], [project_id, session_id]);
  assert.deepEqual([json.template_id, json.name], ['restomod', 'To be read']);
  assert.deepEqual(json.graph, graph);
});

// C-044
test('an unknown session is neither saved nor dirty', async () => {
  assertError(await get(`/api/v1/sessions/${NOBODY}/dirty`), 404, 'INVALID_SESSION');
  assertError(await post(`/api/v1/sessions/${NOBODY}/save`), 404, 'INVALID_SESSION');
  assertError(await post(`/api/v1/sessions/${NOBODY}/reset-dirty`), 404, 'INVALID_SESSION');
});

// C-045, C-046
test('templates are listed, and a project can be made from each', async () => {
  const { status, json } = await get('/api/v1/templates');
  assert.equal(status, 200);
  assert.ok(json.templates.length > 0);
  for (const template of json.templates) {
    assertHas(template, 'id', 'name', 'description');
    const made = await post('/api/v1/projects', { template_id: template.id, project_name: 'From the list' });
    assert.equal(made.status, 201, template.id);
  }
});

// C-047, C-048, C-049, C-050, C-051
test('a template is described down to the options of its selects', async () => {
  const { status, json } = await get('/api/v1/templates/restomod/schema');
  assert.equal(status, 200);
  assertHas(json, 'name', 'description');
  assert.deepEqual([json.id, json.template_id], ['restomod', 'restomod']);
  const { graph } = await createProject();
  assert.equal(json.node_types[0].id, graph.roots[0].blueprint_type_id);
  const properties = json.node_types.flatMap((type) => type.properties);
  for (const type of json.node_types) {
    assertHas(type, 'id', 'name', 'description', 'allowed_children', 'properties');
  }
  for (const property of properties) {
    assertHas(property, 'id', 'name', 'type', 'required', 'options');
    assert.equal(property.options === null, property.type !== 'select', property.id);
  }
  const options = properties.flatMap((property) => property.options ?? []);
  assert.ok(options.length > 10);
  for (const option of options) {
    assertHas(option, 'id', 'uuid', 'name', 'indicator_id', 'bullet');
    assert.equal(option.id, option.uuid);
    assert.match(option.id, UUID);
  }
});

// C-054, C-055, C-056
test('the three routes of a graph show the same one', async () => {
  const { session_id, root_id } = await createProject();
  const { json: made } = await execute(session_id, 'CreateNode', phase(root_id));
  const tree = await get(`/api/v1/sessions/${session_id}/graph/tree`);
  const [queried, versioned] = [
    await get(`/api/v1/graph?session_id=${session_id}`),
    await get(`/api/v1/sessions/${session_id}/graph`),
  ];
  assert.deepEqual([tree.status, queried.status, versioned.status], [200, 200, 200]);
  assert.deepEqual(Object.keys(tree.json), ['roots']);
  assert.equal(tree.json.roots[0].children[0].id, made.node_id);
  assert.deepEqual(queried.json, tree.json);
  assert.deepEqual(versioned.json.graph, tree.json);
  assert.equal(typeof versioned.json.epoch, 'string');
  assert.equal(versioned.json.seq, made.seq);
});

// C-059
test('a session without a project has no graph, whatever it is asked by', async () => {
  const session_id = await emptySession();
  assertError(await get(`/api/v1/sessions/${session_id}/graph/tree`), 404, 'NO_PROJECT');
  assertError(await get(`/api/v1/graph?session_id=${session_id}`), 404, 'NO_PROJECT');
  assertError(await get(`/api/v1/sessions/${session_id}/graph`), 404, 'NO_PROJECT');
});

// C-060, C-061, C-062, C-063
test('a node is shown whole, with what its template says of it, down to the leaves', async () => {
  const { session_id, root_id } = await createProject();
  const make = async (data) => (await execute(session_id, 'CreateNode', data)).json.node_id;
  const first = await make(phase(root_id, 'First'));
  const second = await make(phase(root_id, 'Second'));
  const job = await make({ parent_id: second, blueprint_type_id: 'job', name: 'A job' });
  const { json } = await get(`/api/v1/sessions/${session_id}/graph/tree`);
  const { json: schema } = await get('/api/v1/templates/restomod/schema');

  const [root] = json.roots;
  assert.deepEqual(root.children.map((node) => node.id), [first, second]);
  assert.deepEqual(root.children[1].children.map((node) => node.id), [job]);
  for (const node of [root, ...root.children, ...root.children[1].children]) {
    assertHas(
      node, 'id', 'blueprint_type_id', 'name', 'properties', 'parent_id', 'created_at', 'children', 'blocked_by',
      'allowed_children', 'icon_id', 'indicator_id', 'indicator_set',
    );
    const type = schema.node_types.find(({ id }) => id === node.blueprint_type_id);
    assert.deepEqual([node.allowed_children, node.icon_id], [type.allowed_children, type.icon_id]);
    assert.match(node.created_at, RFC_3339);
  }

  // A phase has a status, which has an indicator; the root has none.
  const indicator = { bullet: '○', indicator_id: 'empty', indicator_set: 'status' };
  assert.deepEqual(root.children[0].indicator, indicator);
  assert.deepEqual([root.children[0].indicator_id, root.children[0].indicator_set], ['empty', 'status']);
  // By the schema alone a client draws the same.
  const status = schema.node_types.find(({ id }) => id === 'phase').properties.find(({ id }) => id === 'status');
  const option = status.options.find(({ id }) => id === root.children[0].properties.status);
  assert.deepEqual({ bullet: option.bullet, indicator_id: option.indicator_id, indicator_set: status.indicator_set }, indicator);
  assert.deepEqual([root.indicator_id, root.indicator_set, 'indicator' in root], [null, null, false]);
});

// C-018, C-035, C-053, C-065
test('what a path names and is not there is 404 with a code of its own', async () => {
  const { project_id } = await createProject();
  assertError(await get(`/api/v1/sessions/${NOBODY}/info`), 404, 'INVALID_SESSION');
  assertError(await get('/api/v1/templates/nope/schema'), 404, 'TEMPLATE_NOT_FOUND');
  assertError(await get(`/api/v1/projects/${project_id}/graph/nodes/${NOBODY}`), 404, 'NODE_NOT_FOUND');
  const unknown = `/api/v1/projects/${NOBODY}`;
  assertError(await get(unknown), 404, 'PROJECT_NOT_FOUND');
  assertError(await request('DELETE', unknown), 404, 'PROJECT_NOT_FOUND');
  assertError(await post(`${unknown}/save`), 404, 'PROJECT_NOT_FOUND');
  assertError(await get(`${unknown}/graph/nodes/${NOBODY}`), 404, 'PROJECT_NOT_FOUND');
});
