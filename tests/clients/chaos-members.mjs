// Stock members over a network that misbehaves. Each gives commands under names and repeats them until they are
// answered, comes back with the place that it has, and prints a JSON line for everything that it is told. When
// `settle` is read, it gives no new command. Not a test by itself.
//
//   node chaos-members.mjs SESSION ROOT WAYS

import { createInterface } from 'node:readline';
import { onEvery, open } from './stock.mjs';

const TRANSPORTS = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };
/** How long an answer is waited for before the command is repeated. */
const PATIENCE = 3_000;

const [session_id, root, ways] = process.argv.slice(2);
const say = (member, what) => process.stdout.write(`${JSON.stringify({ member, ...what })}\n`);
let settling = false;
createInterface({ input: process.stdin }).on('line', () => {
  settling = true;
});

async function live(member, transports, path) {
  const options = { client: 4, transports, reconnectionDelay: 50, reconnectionDelayMax: 250, timeout: PATIENCE, auth: { user_id: member } };
  const socket = await open(process.env.GRAPHROOM_URL + path, options);
  let [place, inside] = [null, false];
  const waiting = [];
  const whenInside = () => inside || new Promise((resolve) => { waiting.push(resolve); });
  socket.on('disconnect', () => {
    inside = false;
  });
  socket.on('connect', () => {
    const since = place;
    socket.emit('join_session', { session_id, since, lifecycle: false }, (joined) => {
      say(member, { since, joined });
      place = { epoch: joined.epoch, seq: joined.seq };
      inside = true;
      for (const go of waiting.splice(0)) go();
    });
  });
  onEvery(socket, (name, payload) => {
    if (payload?.seq === undefined || name === 'joined') return;
    say(member, { name, payload });
    place = { epoch: payload.epoch, seq: payload.seq };
  });
  const give = async (payload) => {
    for (;;) {
      await whenInside();
      try {
        return await socket.timeout(PATIENCE).emitWithAck('execute_command', payload);
      } catch {
        // Nobody knows whether it was done: once more, under the same name.
      }
    }
  };
  for (let n = 1; !settling; n += 1) {
    const command_id = `${member} ${n}`;
    const create = { command_type: 'CreateNode', data: { parent_id: root, blueprint_type_id: 'phase', name: command_id } };
    const write = { command_type: 'UpdateProperty', data: { node_id: root, property_id: 'vin', new_value: command_id } };
    const answer = await give({ session_id, command_id, ...(n % 4 ? write : create) });
    say(member, { command_id, answer });
  }
  say(member, { settled: true });
}

for (const [n, way] of ways.split(',').entries()) live(`${way}-${n}`, TRANSPORTS[way], n % 2 ? '/graph' : '/');
