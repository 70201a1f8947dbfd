// Stock members that survive whatever is done to their connections. They join whenever they are
// connected, and print a JSON line for everything that happens to them. Not a test by itself.
//
//   node members.mjs SESSION COUNT [GENERATIONS [TRANSPORTS]]
//
// GENERATIONS and TRANSPORTS are lists with commas: the first members take each generation by the first
// transport, the next ones by the second, and so on; every other one is on /graph. With
// GRAPHROOM_PAYLOADS set the events are printed whole.

import { onEvery, open, upgraded } from './stock.mjs';

const TRANSPORTS = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

const [session_id, count, generations = '4', transports = 'upgrade,websocket'] = process.argv.slice(2);
const say = (member, what) => process.stdout.write(`${JSON.stringify({ member, ...what })}\n`);
const [GENERATIONS, WAYS] = [generations.split(','), transports.split(',')];

async function stay(n) {
  const client = Number(GENERATIONS[n % GENERATIONS.length]);
  const transport = WAYS[Math.floor(n / GENERATIONS.length) % WAYS.length];
  const path = n % 2 ? '/graph' : '/';
  const member = `${n}: ${client} on ${path} by ${transport}`;
  const options = { client, transports: TRANSPORTS[transport], reconnectionDelay: 200, reconnectionDelayMax: 1_000 };
  const socket = await open(process.env.GRAPHROOM_URL + path, options);
  socket.on('connect', async () => {
    // A member is ready once its transport will not change any more.
    if (transport === 'upgrade') await upgraded(socket);
    // Told at once, in the order in which it came: a promise would be told after what followed it.
    socket.emit('join_session', { session_id, lifecycle: false }, ({ seq }) => say(member, { joined: seq }));
  });
  socket.on('disconnect', (reason) => say(member, { disconnected: reason }));
  onEvery(socket, (name, payload) => {
    if (payload?.seq === undefined || name === 'joined') return;
    say(member, { seq: payload.seq, ...(process.env.GRAPHROOM_PAYLOADS && { name, payload }) });
  });
}

for (let n = 0; n < Number(count); n += 1) stay(n);
