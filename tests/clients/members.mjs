// Twenty stock members that survive whatever is done to their connections. They join whenever they
// are connected, and print a JSON line for everything that happens to them. Not a test by itself.
//
//   node members.mjs SESSION COUNT

import { io } from 'socket.io-client';

const [session_id, count] = process.argv.slice(2);
const say = (member, what) => process.stdout.write(`${JSON.stringify({ member, ...what })}\n`);

for (let member = 0; member < Number(count); member += 1) {
  const transports = member % 2 ? ['websocket'] : ['polling', 'websocket'];
  const socket = io(process.env.GRAPHROOM_URL, { transports, forceNew: true, reconnectionDelayMax: 1_000 });
  socket.on('connect', async () => {
    // A member is ready once its transport will not change any more.
    const { engine } = socket.io;
    if (engine.transport.name !== 'websocket') await new Promise((done) => engine.once('upgrade', done));
    // Told at once, in the order in which it came: a promise would be told after what followed it.
    socket.emit('join_session', { session_id, lifecycle: false }, ({ seq }) => say(member, { joined: seq }));
  });
  socket.on('disconnect', (reason) => say(member, { disconnected: reason }));
  socket.onAny((name, payload) => {
    if (payload?.seq !== undefined && name !== 'joined') say(member, { seq: payload.seq });
  });
}
