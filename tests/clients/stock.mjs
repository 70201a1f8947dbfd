// The three generations of the stock client, and what differs in how they are used. What they send
// and take is their own.

/** How long a connection may take. */
const PATIENCE = 10_000;

/** The generation that scripts use unless they ask for another. */
export const GENERATION = Number(process.env.GRAPHROOM_CLIENT ?? 4);

const STOCK = {
  2: async () => (await import('socket.io-client-2')).default,
  3: async () => (await import('socket.io-client-3')).io,
  4: async () => (await import('socket.io-client')).io,
};

/** A socket that is being connected. `auth` goes as a query where there is no `auth` yet. */
export async function open(url, { client = GENERATION, auth, ...options } = {}) {
  const io = await STOCK[client]();
  const identity = auth && (client === 2 ? { query: auth } : { auth });
  return io(url, { forceNew: true, timeout: PATIENCE, ...identity, ...options });
}

/** Resolves once `socket` is connected; fails with what it was refused by. */
export function connected(socket) {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    for (const name of ['connect_error', 'error']) {
      socket.once(name, (error) => {
        const { message, data } = Object(error);
        reject(error instanceof Error ? error : Object.assign(new Error(message ?? error), { data }));
      });
    }
  });
}

/** Calls `listener` with the name and the first argument of every event, which 2 has no method for. */
export function onEvery(socket, listener) {
  if (socket.onAny) return socket.onAny(listener);
  const onevent = socket.onevent.bind(socket);
  socket.onevent = (packet) => {
    listener(...packet.data);
    onevent(packet);
  };
}

/** The connection's id as the server tells it: 2 puts the namespace before it. */
export const clientId = (socket) => socket.id.replace(/^\/.*#/, '');

/** Emits `ping`, a name that 2 keeps to itself: there the packet is handed over that emitting would make. */
export function emitPing(socket) {
  if (socket.onAny) socket.emit('ping');
  else socket.packet({ type: 2, data: ['ping'] });
}

/** Resolves once a connection that goes over to WebSocket has done so. */
export function upgraded(socket) {
  const { engine } = socket.io;
  return engine.transport.name === 'websocket' ? undefined : new Promise((done) => engine.once('upgrade', done));
}
