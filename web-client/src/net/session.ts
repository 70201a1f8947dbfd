/**
 * One project's session as a client lives in it: joins, keeps the replica up to date, sends commands, and comes back after every
 * break.
 */

import type {
  Accepted,
  AnyGraphEvent,
  AuthExpiringEvent,
  ClientToServerEvents,
  Command,
  DoingChange,
  JoinAnswer,
  Participant,
  Rejected,
  Scope,
  ServerToClientEvents,
} from '@protocol';
import { io, type Socket } from 'socket.io-client';
import { Replica } from '../core/index.ts';
import { Api } from './api.ts';
import { backoff } from './backoff.ts';
import { authOf, type Credentials } from './credentials.ts';
import { newId } from './id.ts';
import { Listeners } from './listeners.ts';
import { MemoryOutbox, type Outbox, type OutboxEntry } from './outbox.ts';
import { Presence } from './presence.ts';
import { Refusal } from './refusal.ts';
import { Sender } from './sender.ts';

/** How long the server may take to answer, in milliseconds, before the connection counts as broken. */
const ANSWER_WITHIN = 20_000;

/** How things stand between this client and the server. */
export type Status =
  /** The first join is under way. */
  | 'connecting'
  /** Everything is here, and comes as it happens. */
  | 'live'
  /** There is a connection, and what was missed is on its way. */
  | 'catching-up'
  /** There is no connection; the next attempt will come. */
  | 'offline'
  /** The server does not want this client: no attempt will come by itself. */
  | 'refused'
  /** The project was deleted, or is not there. */
  | 'gone';

/** What a session tells. */
export interface SessionEvents {
  status: Status;
  /** Graph events as they were taken in; not those of a graph that was read whole. */
  events: readonly AnyGraphEvent[];
  /** Who is here, and what they are at. */
  presence: ReadonlyMap<string, Participant>;
  /** A command that was sent before this page was opened was refused. */
  refused: { entry: OutboxEntry; refusal: Refusal };
  /** How many commands were not answered yet. */
  unanswered: number;
  /** The proof of who this is ends soon: `authenticate` with a new one. */
  expiring: AuthExpiringEvent;
}

/** What a session needs. */
export interface SessionOptions {
  /** The server's address; nothing for the page's own. */
  readonly url?: string;
  readonly sessionId: string;
  /** Who joins, asked at every connect. */
  readonly credentials: () => Credentials;
  /** Where commands wait; as long as the page is open if nothing is given. */
  readonly outbox?: Outbox;
  /** How `socket.io-client` connects; both, polling first, if nothing is given. */
  readonly transports?: ('websocket' | 'polling')[];
}

/** How to take a step back or do it again. */
export interface TakeBackOptions {
  readonly scope?: Scope;
  /** Also what others have changed since. */
  readonly force?: boolean;
  /** `refuse`: where something would be left alone nothing is done, and the refusal says what. */
  readonly onConflict?: 'skip' | 'refuse';
}

type Connection = Socket<ServerToClientEvents, ClientToServerEvents>;

export class Session extends Listeners<SessionEvents> {
  readonly replica = new Replica();
  readonly presence: Presence;
  readonly #options: SessionOptions;
  readonly #outbox: Outbox;
  readonly #api: Api;
  readonly #socket: Connection;
  readonly #sender = new Sender();
  #status: Status = 'connecting';
  #refusal: Refusal | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryAt: number | undefined;
  #shutdownWait: number | undefined;
  /** Frames that come while the graph is being read. */
  #held: AnyGraphEvent[] | null = null;
  /** Changes with every join: what an earlier one brings is not heard. */
  #join = Symbol('join');
  #order = Date.now();
  #clientId: string | undefined;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    this.#outbox = options.outbox ?? new MemoryOutbox();
    const url = options.url ?? '';
    this.#api = new Api(url, options.credentials);
    this.#socket = io(url || globalThis.location?.origin, {
      autoConnect: false,
      forceNew: true,
      // How long to wait is decided here: by what the server said, and by the browser's word that it is online.
      reconnection: false,
      transports: options.transports ?? ['polling', 'websocket'],
      auth: (tell) => tell(authOf(options.credentials())),
    });
    this.presence = new Presence((change) => this.#sendPresence(change));
    this.presence.subscribe((participants) => this.tell('presence', participants));
    this.#listen();
  }

  get sessionId(): string {
    return this.#options.sessionId;
  }

  get status(): Status {
    return this.#status;
  }

  /** Why the server does not want this client, in `refused` and `gone`. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** This connection's id; presence lists the connections of each participant. */
  get clientId(): string | undefined {
    return this.#clientId;
  }

  /** When the next attempt to connect comes, in milliseconds since 1970, while there is no connection. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  /** How many commands were not answered yet. */
  get unanswered(): number {
    return this.#sender.size;
  }

  /** Connects, and takes up what an earlier page left unsent. */
  async open(): Promise<void> {
    const left = await this.#outbox.list(this.sessionId, this.#options.credentials().userId);
    for (const entry of left) this.#takeUp(entry);
    this.#connect();
  }

  /** Leaves for good. What was not answered stays in the outbox. */
  close(): void {
    clearTimeout(this.#retry);
    this.#sender.close();
    this.presence.stop();
    this.#socket.disconnect();
  }

  /** Tries to connect now, whatever the wait. */
  retry(): void {
    if (this.#socket.connected) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Leaves and comes back at once, so that the server hears who this is now. */
  reconnect(): void {
    if (this.#status !== 'live') return;
    this.#socket.disconnect();
    this.#attempt = 0;
    this.#connect();
  }

  /** Gives a command: it shows at once, and is sent until it is answered. */
  async execute(command: Command, commandId = newId()): Promise<Accepted> {
    const entry: OutboxEntry = {
      commandId,
      sessionId: this.sessionId,
      userId: this.#options.credentials().userId,
      command,
      at: new Date().toISOString(),
      order: ++this.#order,
    };
    const kept = this.#outbox.put(entry);
    this.replica.wish(entry);
    try {
      return await this.#send(entry);
    } finally {
      // It must not come back after a reload because it was written later than it was deleted.
      await kept.catch(() => undefined);
      await this.#outbox.delete(commandId).catch(() => undefined);
    }
  }

  /** Takes back the last step. It is not shown before the server has done it. */
  undo(options: TakeBackOptions = {}): Promise<Accepted> {
    return this.#takeBack('undo', options);
  }

  /** Does the last step again that was taken back. */
  redo(options: TakeBackOptions = {}): Promise<Accepted> {
    return this.#takeBack('redo', options);
  }

  /** Shows the server something newer, before what was shown ends. */
  async authenticate(): Promise<void> {
    const proof = authOf(this.#options.credentials());
    const answer = await this.#socket.timeout(ANSWER_WITHIN).emitWithAck('auth:refresh', proof);
    if (!answer.success) throw new Refusal(answer.error);
  }

  #takeUp(entry: OutboxEntry) {
    this.#order = Math.max(this.#order, entry.order);
    this.replica.wish(entry);
    this.#send(entry)
      .catch((refusal: Refusal) => this.tell('refused', { entry, refusal }))
      .finally(() => this.#outbox.delete(entry.commandId).catch(() => undefined));
  }

  async #send({ commandId, command }: OutboxEntry): Promise<Accepted> {
    try {
      return await this.#add(commandId, () =>
        this.#ask((socket) =>
          socket.emitWithAck('execute_command', {
            ...command,
            session_id: this.sessionId,
            command_id: commandId,
          }),
        ),
      );
    } finally {
      this.replica.settle(commandId);
    }
  }

  #takeBack(
    name: 'undo' | 'redo',
    { scope = 'mine', force = false, onConflict = 'skip' }: TakeBackOptions,
  ): Promise<Accepted> {
    const commandId = newId();
    const body = {
      session_id: this.sessionId,
      scope,
      force,
      on_conflict: onConflict,
      command_id: commandId,
    };
    return this.#add(commandId, () => this.#ask((socket) => socket.emitWithAck(name, body)));
  }

  async #add(commandId: string, send: () => Promise<Accepted | Rejected>): Promise<Accepted> {
    const answer = this.#sender.add({ commandId, send });
    this.tell('unanswered', this.unanswered);
    try {
      return await answer;
    } finally {
      this.tell('unanswered', this.unanswered);
    }
  }

  /** Asks over the socket; a connection that does not answer is broken. */
  async #ask<Answer>(emit: (socket: ReturnType<Connection['timeout']>) => Promise<Answer>): Promise<Answer> {
    try {
      return await emit(this.#socket.timeout(ANSWER_WITHIN));
    } catch (cause) {
      if (this.#socket.connected) this.#socket.io.engine.close();
      throw cause;
    }
  }

  #listen() {
    const socket = this.#socket;
    socket.on('connect', () => this.#connected());
    socket.on('connect_error', (error) => this.#notConnected(refusalOf(error)));
    socket.on('disconnect', (reason) => this.#disconnected(reason));
    socket.on('events', (frame) => this.#take(frame.events));
    socket.on('presence:update', (update) => this.presence.update(update));
    socket.on('server_shutdown', ({ retry_after_ms }) => {
      this.#shutdownWait = retry_after_ms;
    });
    socket.on('error', (error) => {
      // What comes before the server ends the connection says why.
      this.#refusal = new Refusal(error);
    });
    socket.on('auth:expiring', (event) => this.tell('expiring', event));
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retryAt = undefined;
    this.#socket.connect();
  }

  #connected() {
    this.#clientId = this.#socket.id;
    this.#refusal = undefined;
    if (this.#status !== 'connecting') this.#become('catching-up');
    this.#joinRoom();
  }

  #notConnected(refusal: Refusal) {
    if (refusal.isPassing) this.#comeBack(refusal.retryAfter);
    else this.#refuse(refusal);
  }

  #disconnected(reason: Socket.DisconnectReason) {
    this.#sender.close();
    this.presence.stop();
    this.#held = null;
    this.#join = Symbol('join');
    if (this.#status === 'gone' || reason === 'io client disconnect') return;
    if (reason === 'io server disconnect') {
      this.#refuse(
        this.#refusal ??
          new Refusal({ code: 'CONNECTION_ENDED', message: 'The server ended the connection' }),
      );
      return;
    }
    this.#comeBack(this.#shutdownWait);
  }

  /** Tries again after a while. */
  #comeBack(wish?: number) {
    this.#shutdownWait = undefined;
    this.#become('offline');
    const wait =
      wish === undefined ? backoff(this.#attempt, Math.random()) : wish * (1 + 0.5 * Math.random());
    this.#attempt += 1;
    this.#retryAt = Date.now() + wait;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #refuse(refusal: Refusal) {
    this.#refusal = refusal;
    this.#socket.disconnect();
    this.#become('refused');
  }

  /** Joins, or joins again for what is missing. */
  #joinRoom(anew = false) {
    const join = Symbol('join');
    this.#join = join;
    const since = anew ? null : this.replica.place;
    const wish = {
      session_id: this.sessionId,
      since,
      delivery: 'batch',
      lifecycle: false,
      presence: true,
    } as const;
    this.#held = [];
    // A callback and no promise: the events behind the answer must not overtake it.
    this.#socket.timeout(ANSWER_WITHIN).emit('join_session', wish, (late, answer) => {
      if (join !== this.#join) return;
      if (late) this.#socket.io.engine.close();
      else if (answer.success) this.#joined(answer, join);
      else this.#notJoined(new Refusal(answer.error));
    });
  }

  #joined(answer: JoinAnswer, join: symbol) {
    this.presence.start(answer.presence ?? []);
    if (answer.epoch === null) {
      this.#end(new Refusal({ code: 'NO_PROJECT', message: 'This session has no project' }));
      return;
    }
    const place = { epoch: answer.epoch, seq: answer.seq };
    if (answer.mode === 'fetch') {
      this.#fetch(join);
      return;
    }
    if (answer.mode === 'snapshot' && answer.graph) this.replica.read(answer.graph, place);
    if (answer.mode === 'tail') this.#held?.unshift(...(answer.events ?? []));
    this.#upToDate();
  }

  /** Reads the graph by its own route; what happens meanwhile is held. */
  #fetch(join: symbol) {
    this.#api.sessionGraph(this.sessionId).then(
      ({ epoch, seq, graph }) => {
        if (join !== this.#join || epoch === null) return;
        this.replica.read(graph, { epoch, seq });
        this.#upToDate();
      },
      () => {
        // The next join says anew how to go on.
        if (join === this.#join) this.#socket.io.engine.close();
      },
    );
  }

  #upToDate() {
    const held = this.#held ?? [];
    this.#held = null;
    if (!this.#takeIn(held)) return;
    this.#attempt = 0;
    this.#sender.open();
    this.#become('live');
    this.presence.sendAgain();
  }

  #notJoined(refusal: Refusal) {
    if (refusal.isPassing) {
      this.#socket.disconnect();
      this.#comeBack(refusal.retryAfter);
    } else if (['INVALID_SESSION', 'PROJECT_NOT_FOUND', 'NOT_FOUND'].includes(refusal.code))
      this.#end(refusal);
    else this.#refuse(refusal);
  }

  /** There is no such project, or no longer. */
  #end(refusal: Refusal) {
    this.#refusal = refusal;
    this.#become('gone');
    this.#socket.disconnect();
  }

  #take(events: readonly AnyGraphEvent[]) {
    if (this.#held) this.#held.push(...events);
    else this.#takeIn(events);
  }

  /** Whether the replica has everything now; if not, what is missing was asked for. */
  #takeIn(events: readonly AnyGraphEvent[]): boolean {
    const seq = this.replica.place?.seq ?? 0;
    const taken = this.replica.take(events);
    const now = this.replica.place?.seq ?? 0;
    const news = events.filter((event) => event.seq > seq && event.seq <= now);
    if (news.length > 0) this.tell('events', news);
    if (taken !== 'taken') {
      this.#become('catching-up');
      this.#joinRoom(taken === 'read-again');
      return false;
    }
    const closed = news.find((event) => event.event === 'session:closed');
    if (closed) this.#end(new Refusal({ code: 'PROJECT_NOT_FOUND', message: 'The project was deleted' }));
    return !closed;
  }

  #sendPresence(change: DoingChange) {
    if (this.#status !== 'live') return false;
    this.#socket.volatile.emit('presence:set', { ...change, session_id: this.sessionId }, () => undefined);
    return true;
  }

  #become(status: Status) {
    if (status === this.#status) return;
    this.#status = status;
    this.tell('status', status);
  }
}

/** What a handshake that failed says; without a code nobody answered. */
function refusalOf(error: Error & { data?: { code?: Refusal['code']; details?: unknown } }): Refusal {
  const { code = 'UNREACHABLE', details } = error.data ?? {};
  return new Refusal({ code, message: error.message, details });
}
