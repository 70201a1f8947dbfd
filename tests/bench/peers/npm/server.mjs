// The peer on npm's socket.io: a room that gets every command as an event, and an acknowledgement. It keeps the
// last value of each property, so that its events have the fields and the size of Graphroom's, and nothing else.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const EPOCH = '0197aaaa-0000-7000-8000-000000000001';
const TIMESTAMP = '2026-01-01T00:00:00.000Z';
const rooms = new Map();

function write(session_id, { property_id, new_value }) {
  let room = rooms.get(session_id);
  if (!room) rooms.set(session_id, (room = { seq: 0, values: new Map() }));
  room.seq += 1;
  const old_value = room.values.get(property_id) ?? null;
  room.values.set(property_id, new_value);
  return { seq: room.seq, old_value };
}

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});

io.on('connection', (socket) => {
  socket.on('join_session', ({ session_id }, answer) => {
    socket.join(session_id);
    answer({ success: true, session_id });
  });
  socket.on('execute_command', ({ session_id, command_type, data }, answer) => {
    const { seq, old_value } = write(session_id, data);
    const { node_id, property_id, new_value } = data;
    io.to(session_id).emit('property-changed', {
      event: 'property-changed', session_id, project_id: EPOCH, epoch: EPOCH, seq, timestamp: TIMESTAMP,
      command_id: EPOCH, command_type, author: { user_id: 'member-00000', client_id: socket.id },
      node_id, property_id, property_name: property_id, old_value, new_value,
    });
    answer({
      success: true, command_id: EPOCH, seq, undo_available: true, redo_available: false, is_dirty: true,
    });
  });
});

http.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${http.address().port}`));
