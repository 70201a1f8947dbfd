// A stock member of each session, for tests that stand elsewhere: prints a JSON line for everything that
// it is told. Not a test by itself.
//
//   node listeners.mjs SESSION…

import { io } from 'socket.io-client';

for (const session_id of process.argv.slice(2)) {
  const socket = io(process.env.GRAPHROOM_URL, { forceNew: true });
  const say = (name, payload) => process.stdout.write(`${JSON.stringify({ session_id, name, payload })}\n`);
  socket.onAny(say);
  socket.on('connect', () => socket.emit('join_session', { session_id }));
}
