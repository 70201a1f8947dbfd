/**
 * Plain `socket.io-client`: two people in one room. `node socketio.mjs http://127.0.0.1:5000`
 */

import { io } from 'socket.io-client';

export async function main(url, print = console.log) {
  const { session_id, graph } = await makeProject(url);
  const root = graph.roots[0].id;
  const ada = io(url, { auth: { user_id: 'ada', name: 'Ada' } });
  const bob = io(url, { auth: { user_id: 'bob', name: 'Bob' } });

  // Bob keeps the place of the last event that he knows, and says it whenever he joins: he gets exactly what he lacks.
  let place = null;
  const take = (event) => {
    // What comes twice, at a join, is known by its `seq`.
    if (place && event.seq <= place.seq) return;
    place = { epoch: event.epoch, seq: event.seq };
    print(`bob hears ${event.event} by ${event.author.name}`);
  };
  bob.on('events', ({ events }) => events.forEach(take));
  const joined = new Promise((resolve) => {
    // At every connect, so also after a break.
    bob.on('connect', async () => {
      const answer = await bob.emitWithAck('join_session', { session_id, since: place, delivery: 'batch' });
      if (!answer.success) throw new Error(answer.error.message);
      // `mode` says how he is brought up to date: by nothing, by events, by the graph, or by reading it over REST.
      print(`bob is up to date by: ${answer.mode}`);
      answer.events?.forEach(take);
      place = { epoch: answer.epoch, seq: answer.seq };
      resolve();
    });
  });
  await joined;

  // The command has a name of its own: after a break without an answer it can be sent again, and happens once.
  const command = {
    session_id,
    command_id: crypto.randomUUID(),
    command_type: 'CreateNode',
    data: { parent_id: root, blueprint_type_id: 'phase', name: 'Body' },
  };
  const heard = new Promise((resolve) => bob.once('events', resolve));
  const [answer] = await Promise.all([ada.emitWithAck('execute_command', command), heard]);
  print(`ada made a node: ${answer.success}`);
  const again = await ada.emitWithAck('execute_command', command);
  print(
    `the same again: ${again.node_id === answer.node_id && again.duplicate ? 'nothing happens' : 'another node'}`,
  );

  // A refusal is an answer, too.
  const refused = await ada.emitWithAck('undo', { session_id: 'no such session' });
  print(`refused: ${refused.error.code}`);
  ada.disconnect();
  bob.disconnect();
}

async function makeProject(url) {
  const response = await fetch(`${url}/api/v1/projects`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ template_id: 'restomod', project_name: 'Mustang' }),
  });
  return response.json();
}

if (process.argv[2]?.startsWith('http')) await main(process.argv[2]);
