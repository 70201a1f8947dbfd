// Stock writers that survive whatever is done to the server. Whenever one is connected it joins from where it is, and
// then gives every command again that was not answered, by its command_id. Not a test by itself.
//
//   node writers.mjs SESSION COUNT
//
// Commands come in as JSON lines, {writer, event, payload}, or {quiet: true}, which is answered when all connections
// are gone; what happens to the writers goes out as JSON lines, in the
// order in which it happens. Every other one wants batches, and begins by polling.

import { createInterface } from 'node:readline';

import { onEvery, open } from './stock.mjs';

const [session_id, count] = process.argv.slice(2);
const say = (writer, what) => process.stdout.write(`${JSON.stringify({ writer, ...what })}\n`);

class Writer {
  constructor(number) {
    this.number = number;
    this.place = null;
    this.isIn = false;
    this.lives = 0;
    this.unanswered = new Map();
  }

  async start() {
    const options = { reconnectionDelay: 20, reconnectionDelayMax: 200, auth: { user_id: `writer-${this.number}` } };
    const transports = this.number % 2 ? ['polling', 'websocket'] : ['websocket'];
    this.socket = await open(process.env.GRAPHROOM_URL, { client: 4, transports, ...options });
    this.socket.on('connect', () => {
      this.lives += 1;
      this.join(this.lives);
    });
    this.socket.on('disconnect', () => {
      this.isIn = false;
      this.lives += 1;
      say(this.number, { gone: true });
    });
    onEvery(this.socket, (name, payload) => {
      const last = name === 'events' ? payload.to : payload?.seq;
      if (name === 'joined' || last === undefined) return;
      this.place = { epoch: payload.epoch, seq: last };
      say(this.number, { name, payload });
    });
  }

  join(life) {
    if (life !== this.lives) return;
    const delivery = this.number % 2 ? 'batch' : 'events';
    // Told at once, in the order in which it came: a promise would be told after what followed it.
    this.socket.emit('join_session', { session_id, since: this.place, delivery, lifecycle: false }, (answer) => {
      say(this.number, { joined: answer, since: this.place });
      if (!answer.success) return void setTimeout(() => this.join(life), 50);
      this.place = { epoch: answer.epoch, seq: answer.seq };
      this.isIn = true;
      for (const command of this.unanswered.values()) this.emit(command);
    });
  }

  give(command) {
    this.unanswered.set(command.payload.command_id, command);
    if (this.isIn) this.emit(command);
  }

  emit({ event, payload }) {
    this.socket.emit(event, payload, (answer) => {
      // The server could not: that is no answer to the command.
      if (answer.error?.code === 'SHUTTING_DOWN' || answer.error?.code === 'BUSY') return;
      this.unanswered.delete(payload.command_id);
      say(this.number, { command_id: payload.command_id, answer });
    });
  }
}

/** Says when nobody is connected any more: all that was heard until then was told. */
async function tellQuiet() {
  while (writers.some(({ socket }) => socket.connected)) await new Promise((resolve) => setTimeout(resolve, 5));
  process.stdout.write(`${JSON.stringify({ quiet: true })}\n`);
}

const writers = Array.from({ length: Number(count) }, (_, number) => new Writer(number));
await Promise.all(writers.map((writer) => writer.start()));
for await (const line of createInterface({ input: process.stdin })) {
  const { writer, quiet, ...command } = JSON.parse(line);
  if (quiet) await tellQuiet();
  else writers[writer].give(command);
}
process.exit(0);
