// Bad input over REST: the status and code of the contract, a JSON body, and nothing changed.
//
// Proves BAD-1, BAD-2, CMD-4, CMD-6 and LIM-3 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOBODY, createProject, enter, execute, get, post, readGraph, request } from './support.mjs';

const EXECUTE = '/api/v1/commands/execute';
const PROJECTS = '/api/v1/projects';
const JSON_TYPE = { 'content-type': 'application/json' };

/** Every error has the same JSON body, and its text tells nothing about the machine. */
function assertError({ status, type, json }, expectedStatus, code) {
  assert.equal(status, expectedStatus, JSON.stringify(json));
  assert.match(type, /^application\/json/);
  assert.equal(json?.error?.code, code);
  const { message } = json.error;
  assert.equal(typeof message, 'string');
  assert.ok(message.length > 0 && message.length < 500, message);
  assert.doesNotMatch(message, /\.rs\b|\.ya?ml\b|os error|panicked|SELECT |INSERT /);
}

const raw = (path, body, headers = JSON_TYPE) => request('POST', path, { body, headers });

/** A project with a witness in its room; `calm` asserts that nothing came of what happened since. */
async function scene(t) {
  const project = await createProject();
  const witness = await enter(t, project.session_id);
  witness.forget();
  const calm = async () => {
    assert.equal((await readGraph(project.session_id)).seq, 1);
    const data = { parent_id: project.root_id, blueprint_type_id: 'phase', name: 'Afterwards' };
    assert.equal((await execute(project.session_id, 'CreateNode', data)).status, 200);
    await witness.hears('command:executed');
    assert.deepEqual(witness.names(), ['command:executing', 'node-created', 'command:executed']);
    assert.equal(witness.told('node-created')[0].seq, 2);
  };
  return { ...project, calm };
}

for (const path of [EXECUTE, PROJECTS]) {
  // C-002, C-006, C-007, C-008
  test(`bodies that are no JSON object are refused by ${path}`, async () => {
    assertError(await post(path), 400, 'INVALID_REQUEST');
    const bodies = ['', '{"session_id": ', '[]', '[1]', '"text"', '17', 'null', '{}', '{"a":1}}', 'not JSON'];
    for (const body of bodies) assertError(await raw(path, body), 400, 'INVALID_REQUEST');
  });

  // C-005
  test(`a body of another content type is refused by ${path}`, async () => {
    const body = '{"template_id":"restomod","project_name":"x"}';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json-ish']) {
      assertError(await raw(path, body, { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
  });

  test(`a body that is no UTF-8 is refused by ${path}`, async () => {
    const before = Buffer.from('{"template_id":"restomod","project_name":"');
    const body = Buffer.concat([before, Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]);
    assertError(await raw(path, body), 400, 'INVALID_REQUEST');
  });
}

test('the charset of a JSON content type is no other content type', async () => {
  const body = '{"template_id":"restomod","project_name":"With a charset"}';
  const answer = await raw(PROJECTS, body, { 'content-type': 'application/json; charset=utf-8' });
  assert.equal(answer.status, 201);
});

test('commands with bad fields are refused and change nothing', async (t) => {
  const { session_id, root_id, calm } = await scene(t);
  const good = { session_id, command_type: 'CreateNode', data: { parent_id: root_id, blueprint_type_id: 'phase' } };
  const bad = [
    [{ ...good, session_id: undefined }, 'INVALID_REQUEST'],
    [{ ...good, session_id: 5 }, 'INVALID_REQUEST'],
    [{ ...good, session_id: NOBODY }, 'INVALID_SESSION'],
    [{ ...good, session_id: 'no-uuid-at-all' }, 'INVALID_SESSION'],
    [{ ...good, command_type: undefined }, 'INVALID_REQUEST'],
    [{ ...good, command_type: 5 }, 'INVALID_REQUEST'],
    [{ ...good, command_id: 5 }, 'INVALID_REQUEST'],
    [{ ...good, command_id: 'x'.repeat(129) }, 'INVALID_REQUEST'],
    [{ ...good, command_type: 'Explode' }, 'INVALID_COMMAND'],
    [{ ...good, data: undefined }, 'INVALID_COMMAND'],
    [{ ...good, data: [] }, 'INVALID_COMMAND'],
    [{ ...good, data: { ...good.data, name: 5 } }, 'INVALID_COMMAND'],
    [{ ...good, data: { parent_id: root_id } }, 'INVALID_COMMAND'],
  ];
  for (const [body, code] of bad) assertError(await post(EXECUTE, body), 400, code);
  await calm();
});

test('a body over 1 MiB is too large, one of 300 levels too deep', async (t) => {
  const { session_id, root_id, calm } = await scene(t);
  const write = (new_value) =>
    `{"session_id":"${session_id}","command_type":"UpdateProperty",` +
    `"data":{"node_id":"${root_id}","property_id":"vin","new_value":${new_value}}}`;
  assertError(await raw(EXECUTE, write(`"${'x'.repeat(1_100_000)}"`)), 413, 'PAYLOAD_TOO_LARGE');
  assertError(await raw(EXECUTE, write('['.repeat(300) + ']'.repeat(300))), 400, 'INVALID_REQUEST');
  await calm();
});

test('bad undo requests are refused and change nothing', async (t) => {
  const { session_id, calm } = await scene(t);
  for (const verb of ['undo', 'redo']) {
    const path = `/api/v1/sessions/${session_id}/${verb}`;
    assertError(await raw(path, '{"scope": '), 400, 'INVALID_REQUEST');
    assertError(await raw(path, '[]'), 400, 'INVALID_REQUEST');
    assertError(await post(path, { scope: 'everybody' }), 400, 'INVALID_REQUEST');
    for (const id of [NOBODY, 'no-uuid-at-all']) {
      assertError(await post(`/api/v1/sessions/${id}/${verb}`), 400, 'INVALID_SESSION');
    }
  }
  await calm();
});

// C-032, C-033
test('projects need a template that exists and a name', async () => {
  const bad = [
    [{ project_name: 'x' }, 'INVALID_REQUEST'],
    [{ template_id: 'restomod' }, 'INVALID_REQUEST'],
    [{ template_id: 'restomod', project_name: '' }, 'INVALID_REQUEST'],
    [{ template_id: 5, project_name: 'x' }, 'INVALID_REQUEST'],
    [{ template_id: 'nope', project_name: 'x' }, 'INVALID_TEMPLATE'],
    [{ template_id: '../restomod', project_name: 'x' }, 'INVALID_TEMPLATE'],
  ];
  for (const [body, code] of bad) assertError(await post(PROJECTS, body), 400, code);
});

// C-003, C-018, C-035, C-053, C-058
test('paths and ids that name nothing are 404 with a code', async () => {
  const unknown = {
    '/api/v1/nope': 'NOT_FOUND',
    [`/api/v1/sessions/${NOBODY}/info`]: 'INVALID_SESSION',
    '/api/v1/sessions/no-uuid-at-all/info': 'INVALID_SESSION',
    [`/api/v1/sessions/${NOBODY}/graph`]: 'INVALID_SESSION',
    [`/api/v1/graph?session_id=${NOBODY}`]: 'INVALID_SESSION',
    [`/api/v1/projects/${NOBODY}`]: 'PROJECT_NOT_FOUND',
    '/api/v1/projects/no-uuid-at-all': 'PROJECT_NOT_FOUND',
    '/api/v1/templates/nope/schema': 'TEMPLATE_NOT_FOUND',
    '/api/v1/templates/..%2f..%2fCargo/schema': 'TEMPLATE_NOT_FOUND',
  };
  for (const [path, code] of Object.entries(unknown)) assertError(await get(path), 404, code);
});

// C-057
test('the tree of an unknown session is 400, as its clients expect', async () => {
  for (const id of [NOBODY, 'no-uuid-at-all']) {
    assertError(await get(`/api/v1/sessions/${id}/graph/tree`), 400, 'INVALID_SESSION');
  }
});

// C-004
test('a method that a path does not have is 405', async () => {
  for (const [method, path] of [['GET', EXECUTE], ['DELETE', '/api/v1/health'], ['PUT', PROJECTS]]) {
    assertError(await request(method, path), 405, 'METHOD_NOT_ALLOWED');
  }
});

test('a session without a project takes no commands and has no graph', async () => {
  const { status, json } = await post('/api/v1/sessions');
  assert.equal(status, 201);
  const { session_id } = json;
  assertError(await execute(session_id, 'CreateNode', { blueprint_type_id: 'phase' }), 400, 'INVALID_STATE');
  assertError(await get(`/api/v1/sessions/${session_id}/graph`), 404, 'NO_PROJECT');
  const info = await get(`/api/v1/sessions/${session_id}/info`);
  assert.equal(info.status, 200);
  assert.equal(info.json.has_project, false);
});

test('a path or a query that cannot be read is refused in JSON', async () => {
  const { session_id } = await createProject();
  for (const path of ['/sessions/%ff/info', '/templates/%ff/schema', '/projects/%ff', '/graph?session_id=a&session_id=b']) {
    const answer = await get(`/api/v1${path}`);
    assert.equal(answer.status, 400, path);
    assert.equal(answer.json.error.code, 'INVALID_REQUEST', path);
  }
  const twice = await post(`/api/v1/sessions/${session_id}/undo?graph=none&graph=full`, {});
  assert.equal(twice.status, 400);
  assert.equal(twice.json.error.code, 'INVALID_REQUEST');
});

test('the root tells what this is and where to go on', async () => {
  const root = await get('/');
  assert.equal(root.status, 200);
  assert.equal(root.json.service, 'graphroom');
  assert.match(root.json.version, /^\d+\.\d+\.\d+$/);
  for (const path of Object.values(root.json.links)) assert.equal((await get(path)).status, 200, path);
});

test('keys that the server keeps for itself are refused, and are plain text wherever they are ignored', async () => {
  const { session_id, root_id } = await createProject();
  const before = await readGraph(session_id);
  const key = '$serde_json::private::RawValue';
  for (const value of [{ [key]: '[1' }, { a: 1, [key]: '[1' }, [{ b: { [key]: '{' } }]]) {
    const data = { node_id: root_id, property_id: 'notes', new_value: value };
    assertError(await execute(session_id, 'UpdateProperty', data), 400, 'INVALID_COMMAND');
  }
  assert.deepEqual(await readGraph(session_id), before);
  const ignored = { node_id: root_id, property_id: 'notes', new_value: 1, other: { [key]: '[1' } };
  assert.equal((await execute(session_id, 'UpdateProperty', ignored)).status, 200);
});
