// Bad input over Socket.IO: a coded answer, the socket stays, the graph stays, nobody else hears of it.
//
// Proves BAD-1, BAD-2, CMD-6 and LIM-3 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, NOBODY, connect, createProject, enter, execute, readGraph } from './support.mjs';

const CODE = /^[A-Z][A-Z_]*$/;

/** `levels` arrays in one another. */
function nested(levels) {
  let value = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

/** A project, somebody who misbehaves in it, and a witness; `calm` asserts that nothing came of it. */
async function scene(t, options = {}) {
  const { session_id, root_id } = await createProject();
  const witness = await enter(t, session_id);
  const culprit = await enter(t, session_id, options);
  await witness.hears('session:connected', ({ client_id }) => client_id === culprit.id);
  witness.forget();
  const calm = async () => {
    assert.equal((await readGraph(session_id)).seq, 1);
    assert.equal(culprit.socket.connected, true);
    const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'Afterwards' };
    assert.equal((await culprit.execute(session_id, 'CreateNode', data)).success, true);
    await witness.hears('command:executed');
    assert.deepEqual(witness.names(), ['command:executing', 'node-created', 'command:executed']);
    assert.equal(witness.told('node-created')[0].seq, 2);
  };
  return { session_id, root_id, witness, culprit, calm };
}

function assertRefused(answer, code) {
  assert.equal(answer?.success, false, JSON.stringify(answer));
  assert.match(answer.error.code, CODE);
  assert.equal(typeof answer.error.message, 'string');
  if (code) assert.equal(answer.error.code, code, answer.error.message);
}

const JOINS_OF_NOTHING = {
  'no argument': [],
  'a string': ['session'],
  'an object without a session_id': [{}],
  'a session_id of null': [{ session_id: null }],
};

for (const path of ['/', '/graph']) {
  for (const [what, args] of Object.entries(JOINS_OF_NOTHING)) {
    // C-162
    test(`join_session on ${path} with ${what} is told that the session_id is missing`, async (t) => {
      const client = new Client(await connect(t, path));
      assertRefused(await client.ask('join_session', ...args), 'INVALID_REQUEST');
      const error = await client.hears('error');
      assert.equal(error.message, 'Missing session_id');
      assert.deepEqual(client.told('joined'), []);

      const { session_id } = await createProject();
      assert.equal((await client.ask('join_session', { session_id })).success, true);
    });
  }
}

test('without an acknowledgement a bad join is told by the event alone', async (t) => {
  const client = new Client(await connect(t));
  client.socket.emit('join_session', {});
  assert.equal((await client.hears('error')).message, 'Missing session_id');
});

test('a session_id that is a number is refused', async (t) => {
  const client = new Client(await connect(t));
  assertRefused(await client.ask('join_session', { session_id: 5 }), 'INVALID_REQUEST');
  await client.hears('error');
});

// C-158
test('joining an unknown session enters no room', async (t) => {
  const client = new Client(await connect(t));
  for (const session_id of [NOBODY, 'no-uuid-at-all', '']) {
    client.forget();
    assertRefused(await client.ask('join_session', { session_id }), session_id && 'INVALID_SESSION');
    const error = await client.hears('error');
    assert.match(error.code, CODE);
    assert.deepEqual(client.told('joined'), []);
    assert.deepEqual(client.told('session:connected'), []);
  }
});

// C-153
test('an unknown event with an acknowledgement is answered with an error and the socket stays', async (t) => {
  const { culprit, calm } = await scene(t);
  assertRefused(await culprit.ask('make_coffee', { sugar: 2 }));
  assertRefused(await culprit.ask('make_coffee'));
  culprit.socket.emit('make_tea', 'without an acknowledgement');
  await calm();
});

test('envelopes with wrong types are refused', async (t) => {
  const { session_id, culprit, calm } = await scene(t);
  const good = { session_id, command_type: 'CreateNode', data: { blueprint_type_id: 'phase' } };
  const bad = [
    [{ ...good, session_id: 5 }, 'INVALID_REQUEST'],
    [{ ...good, session_id: undefined }, 'INVALID_REQUEST'],
    [{ ...good, session_id: NOBODY }, 'INVALID_SESSION'],
    [{ ...good, command_type: 5 }, 'INVALID_REQUEST'],
    [{ ...good, command_type: undefined }, 'INVALID_REQUEST'],
    [{ ...good, command_id: 5 }, 'INVALID_REQUEST'],
    [{ ...good, command_id: 'x'.repeat(129) }, 'INVALID_REQUEST'],
    [{ ...good, data: 'text' }, 'INVALID_COMMAND'],
    [{ ...good, data: [] }, 'INVALID_COMMAND'],
    [[good], 'INVALID_REQUEST'],
    ['text', 'INVALID_REQUEST'],
    [17, 'INVALID_REQUEST'],
    [null, 'INVALID_REQUEST'],
  ];
  for (const [body, code] of bad) assertRefused(await culprit.ask('execute_command', body), code);
  assertRefused(await culprit.ask('execute_command'), 'INVALID_REQUEST');
  for (const event of ['undo', 'redo', 'get_graph', 'leave_session']) {
    assertRefused(await culprit.ask(event, { session_id: 5 }), 'INVALID_REQUEST');
    assertRefused(await culprit.ask(event), 'INVALID_REQUEST');
  }
  for (const event of ['undo', 'redo', 'get_graph']) {
    assertRefused(await culprit.ask(event, { session_id: NOBODY }), 'INVALID_SESSION');
  }
  assertRefused(await culprit.ask('undo', { session_id, scope: 'everybody' }), 'INVALID_REQUEST');
  await calm();
});

test('numbers where the fields of a command are texts are refused', async (t) => {
  const { session_id, root_id, culprit, calm } = await scene(t);
  const create = { parent_id: root_id, blueprint_type_id: 'phase', name: 'A phase' };
  const write = { node_id: root_id, property_id: 'vin', new_value: 'A' };
  const bad = [
    ['CreateNode', { ...create, parent_id: 5 }],
    ['CreateNode', { ...create, blueprint_type_id: 5 }],
    ['CreateNode', { ...create, name: 5 }],
    ['CreateNode', { ...create, node_id: 'no uuid' }],
    ['CreateNode', { ...create, properties: [] }],
    ['CreateNode', { ...create, index: -1 }],
    ['CreateNode', { ...create, index: 'first' }],
    ['UpdateProperty', { ...write, node_id: 5 }],
    ['UpdateProperty', { ...write, property_id: 5 }],
    ['UpdateProperty', { ...write, property_id: 'name', new_value: 5 }],
    ['UpdateProperty', { ...write, check: 'yes' }],
    ['DeleteNode', { node_id: 5 }],
    ['DeleteNode', {}],
    ['Explode', {}],
  ];
  for (const [type, data] of bad) assertRefused(await culprit.execute(session_id, type, data), 'INVALID_COMMAND');
  await calm();
});

for (const transports of [['websocket'], ['polling']]) {
  test(`300 levels of nesting over ${transports} are refused and the socket stays`, async (t) => {
    const { session_id, root_id, culprit, calm } = await scene(t, { transports });
    const data = { node_id: root_id, property_id: 'vin', new_value: nested(300) };
    assertRefused(await culprit.execute(session_id, 'UpdateProperty', data));
    assertRefused(await culprit.ask('join_session', nested(300)), 'INVALID_REQUEST');
    await calm();
  });

  test(`a command over 1 MiB over ${transports} is too large and the socket stays`, async (t) => {
    const { session_id, root_id, culprit, calm } = await scene(t, { transports });
    const data = { node_id: root_id, property_id: 'vin', new_value: 'x'.repeat(1_100_000) };
    assertRefused(await culprit.execute(session_id, 'UpdateProperty', data), 'PAYLOAD_TOO_LARGE');
    await calm();
  });
}

test('bad input is told to its sender\'s room mates by no event at all', async (t) => {
  const { session_id, root_id, witness, culprit } = await scene(t);
  culprit.socket.emit('execute_command', { session_id, command_type: 'CreateNode', data: {} });
  culprit.socket.emit('execute_command', null);
  culprit.socket.emit('undo', 'text');
  const data = { parent_id: root_id, blueprint_type_id: 'phase', name: 'By REST' };
  await culprit.ask('get_graph', { session_id });
  await execute(session_id, 'CreateNode', data);
  await witness.hears('command:executed');
  assert.deepEqual(witness.names(), ['command:executing', 'node-created', 'command:executed']);
});
