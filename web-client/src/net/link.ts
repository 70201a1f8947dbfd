/**
 * One connection to the server that comes back after every break: when it tries, when it waits, and when it gives up. What is said
 * over it is the matter of others.
 */

import type { ClientToServerEvents, ErrorEvent, ServerToClientEvents } from '@protocol';
import { io, type Socket } from 'socket.io-client';
import { backoff } from './backoff.ts';
import { authOf, type Credentials } from './credentials.ts';
import { Refusal } from './refusal.ts';

/** How long the server may take to answer, in milliseconds, before the connection counts as broken. */
const ANSWER_WITHIN = 20_000;

export type Connection = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A connection on which the server has to answer in time. */
export type Asking = ReturnType<Connection['timeout']>;

/** What a link needs. */
export interface LinkOptions {
  readonly url?: string;
  /** Who connects, asked at every connect. */
  readonly credentials: () => Credentials;
  readonly transports?: ('websocket' | 'polling')[];
}

/** Who is told how a link is. */
export interface LinkListener {
  /** There is a connection. */
  up(): void;
  /** There is none any more, whatever comes next. */
  down(): void;
  /** The next attempt will come. */
  waits(): void;
  /** None will come by itself. */
  refused(refusal: Refusal): void;
}

export class Link {
  readonly socket: Connection;
  readonly #listener: LinkListener;
  #userId: string | undefined;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryAt: number | undefined;
  #shutdownWait: number | undefined;
  /** The last word of the server before it ends a connection. */
  #lastWord: ErrorEvent | undefined;
  #isClosed = false;

  constructor({ url, credentials, transports }: LinkOptions, listener: LinkListener) {
    this.#listener = listener;
    this.socket = io(url || globalThis.location?.origin, {
      autoConnect: false,
      forceNew: true,
      // How long to wait is decided here: by what the server said, and by the browser's word that it is online.
      reconnection: false,
      transports: transports ?? ['polling', 'websocket'],
      auth: (tell) => {
        const shown = credentials();
        this.#userId = shown.userId;
        tell(authOf(shown));
      },
    });
    this.#listen();
  }

  /** Who the last connection was made as. */
  get userId(): string | undefined {
    return this.#userId;
  }

  /** When the next attempt comes, in milliseconds since 1970. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }

  get isUp(): boolean {
    return this.socket.connected;
  }

  connect(): void {
    if (this.#isClosed) return;
    this.#wake();
    this.socket.connect();
  }

  /** Ends it for good. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
    this.socket.disconnect();
  }

  /** Tries now, whatever the wait. */
  retry(): void {
    if (this.isUp) return;
    this.#attempt = 0;
    this.connect();
  }

  /** Connects anew, as who is there now. */
  again(): void {
    if (this.#isClosed) return;
    this.socket.disconnect();
    this.#attempt = 0;
    this.connect();
  }

  /** The connection does what it is for: the next wait is a short one. */
  works(): void {
    this.#attempt = 0;
    this.#lastWord = undefined;
  }

  /** The connection is not what it should be: another one will come. */
  breaks(): void {
    if (this.isUp) this.socket.io.engine.close();
  }

  /** Tries again after a while. */
  comeBack(wish?: number): void {
    this.socket.disconnect();
    if (this.#isClosed) return;
    const wait =
      wish === undefined ? backoff(this.#attempt, Math.random()) : wish * (1 + 0.5 * Math.random());
    this.#attempt += 1;
    this.#wake();
    this.#retryAt = Date.now() + wait;
    this.#retry = setTimeout(() => this.connect(), wait);
    this.#listener.waits();
  }

  /** Does not try again by itself. */
  giveUp(): void {
    this.#wake();
    this.socket.disconnect();
  }

  /** Asks; a connection that does not answer is broken. */
  async ask<Answer>(emit: (socket: Asking) => Promise<Answer>): Promise<Answer> {
    const id = this.socket.id;
    if (id === undefined) throw new Refusal({ code: 'UNREACHABLE', message: 'There is no connection' });
    try {
      return await emit(this.asking());
    } catch (cause) {
      if (this.socket.id === id) this.breaks();
      throw cause;
    }
  }

  asking(): Asking {
    return this.socket.timeout(ANSWER_WITHIN);
  }

  #wake() {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#retryAt = undefined;
  }

  #listen() {
    const { socket } = this;
    socket.on('connect', () => {
      this.#shutdownWait = undefined;
      this.#lastWord = undefined;
      this.#listener.up();
    });
    socket.on('connect_error', (error) => this.#notConnected(refusalOf(error)));
    socket.on('disconnect', (reason) => this.#disconnected(reason));
    socket.on('server_shutdown', ({ retry_after_ms }) => {
      this.#shutdownWait = retry_after_ms;
    });
    socket.on('error', (error) => {
      this.#lastWord = error;
    });
  }

  #notConnected(refusal: Refusal) {
    if (this.#isClosed) return;
    if (refusal.isPassing || refusal.code === 'INTERNAL') this.comeBack(refusal.retryAfter);
    else this.#refuse(refusal);
  }

  #disconnected(reason: Socket.DisconnectReason) {
    this.#listener.down();
    // It was this side that ended it, and knows what comes next.
    if (this.#isClosed || reason === 'io client disconnect') return;
    const refusal = reason === 'io server disconnect' ? whyEnded(this.#lastWord) : undefined;
    if (refusal) this.#refuse(refusal);
    else this.comeBack(this.#shutdownWait);
  }

  #refuse(refusal: Refusal) {
    this.giveUp();
    this.#listener.refused(refusal);
  }
}

/** Why the server ended a connection, if it does not want it back. Who was quiet for too long, as sleeping machines are, may. */
function whyEnded(lastWord: ErrorEvent | undefined): Refusal | undefined {
  const word = lastWord ?? { code: 'CONNECTION_ENDED' as const, message: 'The server ended the connection' };
  const refusal = new Refusal(word);
  const { reason } = (word.details ?? {}) as { reason?: unknown };
  return refusal.isPassing || reason === 'idle' ? undefined : refusal;
}

/** What a handshake that failed says; without a code nobody answered. */
function refusalOf(error: Error & { data?: { code?: Refusal['code']; details?: unknown } }): Refusal {
  const { code = 'UNREACHABLE', details } = error.data ?? {};
  return new Refusal({ code, message: error.message, details });
}
