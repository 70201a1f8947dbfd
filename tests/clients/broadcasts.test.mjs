// What is broadcast to stock clients: word for word, acknowledged by their own acknowledgements, tried again where they
// give none.
//
// Proves CAST-1 and CAST-4 (docs/behaviour.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, get, post, until } from './support.mjs';

const PATH = '/api/websocket/broadcast';

async function broadcast(query, body) {
  const { status, json } = await post(`${PATH}/system?${query}`, body);
  assert.equal(status, 200, JSON.stringify(json));
  return json.data.broadcast_id;
}

const info = async (id) => (await get(`${PATH}/${id}`)).json.data;

const over = (id) =>
  until(async () => ((await info(id)).is_complete ? info(id) : undefined), { what: () => `the end of ${id}` });

for (const transports of [['websocket'], ['polling']]) {
  test(`an event of any name comes as it is by ${transports}`, async (t) => {
    const socket = await connect(t, '/', { transports });
    const told = new Promise((resolve) => socket.once('deployed', (...args) => resolve(args)));
    const id = await broadcast('event_type=deployed', { version: '1.4', nested: [{ a: null }] });
    assert.deepEqual(await told, [{ version: '1.4', nested: [{ a: null }] }]);
    const { delivered_count, acknowledged_count } = await over(id);
    assert.deepEqual([delivered_count, acknowledged_count], [1, 0]);
  });

  test(`who acknowledges by ${transports} hears it once, and who does it late is not told again`, async (t) => {
    const [quick, slow] = [await connect(t, '/', { transports }), await connect(t, '/graph', { transports })];
    const heard = { quick: 0, slow: 0 };
    quick.on('news', (_data, acknowledge) => {
      heard.quick += 1;
      acknowledge('thank you');
    });
    slow.on('news', (_data, acknowledge) => {
      heard.slow += 1;
      if (heard.slow === 2) acknowledge();
    });
    const id = await broadcast('event_type=news&require_ack=true', { n: 1 });
    const { target_count, acknowledged_count, failed_count, attempts } = await over(id);
    assert.deepEqual([target_count, acknowledged_count, failed_count, attempts], [2, 2, 0, 2]);
    assert.deepEqual(heard, { quick: 1, slow: 2 });
  });
}

test('who never acknowledges is one that it failed for, until it is sent again', async (t) => {
  const socket = await connect(t);
  let heard = 0;
  socket.on('news', (_data, acknowledge) => {
    heard += 1;
    if (heard === 4) acknowledge();
  });
  const id = await broadcast('event_type=news&require_ack=true', {});
  assert.equal((await over(id)).failed_count, 1);
  assert.ok((await get(`${PATH}/failed`)).json.data.some((one) => one.message_id === id));
  assert.equal((await post(`${PATH}/${id}/retry`)).json.data.retried, 1);
  await until(async () => (await info(id)).acknowledged_count === 1, { what: () => 'the acknowledgement' });
  const { failed_count, attempts } = await info(id);
  assert.deepEqual([failed_count, attempts, heard], [0, 4, 4]);
});
