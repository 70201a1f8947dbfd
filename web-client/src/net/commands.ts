/**
 * The commands of one person in one session: shown at once, kept in the outbox, sent until they are answered.
 */

import type { Accepted, Command, Scope } from '@protocol';
import type { Replica } from '../core/index.ts';
import { newId } from './id.ts';
import { lanesOf } from './lanes.ts';
import type { Link } from './link.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import { Refusal } from './refusal.ts';
import { type Parcel, Sender } from './sender.ts';

/** How large a command may be, in characters: the server closes the connection over what is much larger. */
const LARGEST = 1024 * 1024;
/** How many answered commands are remembered. */
const REMEMBERED = 1_000;

/** How to take a step back or do it again. */
export interface TakeBackOptions {
  readonly scope?: Scope;
  /** Also what others have changed since. */
  readonly force?: boolean;
  /** `refuse`: where something would be left alone nothing is done, and the refusal says what. */
  readonly onConflict?: 'skip' | 'refuse';
}

/** Who is told of what nobody waits for. */
export interface CommandsListener {
  unanswered(): void;
  /** A command that was given before this page was opened was refused. */
  refused(entry: OutboxEntry, refusal: Refusal): void;
  /** Commands were given up. */
  dropped(entries: readonly OutboxEntry[], refusal: Refusal): void;
}

export class Commands {
  readonly #sessionId: string;
  readonly #link: Link;
  readonly #replica: Replica;
  readonly #outbox: Outbox;
  readonly #listener: CommandsListener;
  readonly #sender = new Sender();
  readonly #entries = new Map<string, OutboxEntry>();
  #userId: string;
  #order = Date.now();
  /** The last that were answered: a list of the outbox that was read before may have them still. */
  readonly #answered = new Set<string>();
  /** Refusals of what was given up at once; some of it waits in the outbox for its person. */
  readonly #givenUp = new WeakSet<Refusal>();
  readonly #stays = new WeakSet<Refusal>();
  /** Why nothing is taken any more. */
  #over: Refusal | undefined;

  constructor(
    options: { sessionId: string; userId: string; outbox: Outbox },
    link: Link,
    replica: Replica,
    listener: CommandsListener,
  ) {
    this.#sessionId = options.sessionId;
    this.#userId = options.userId;
    this.#outbox = options.outbox;
    this.#link = link;
    this.#replica = replica;
    this.#listener = listener;
  }

  /** How many were not answered yet. */
  get size(): number {
    return this.#sender.size;
  }

  /** Whose they are. */
  get userId(): string {
    return this.#userId;
  }

  /** There is a connection that has the replica up to date. */
  open(): void {
    this.#sender.open();
  }

  close(): void {
    this.#sender.close();
  }

  /** Takes up what other pages of this person left in the outbox. */
  async takeUp(): Promise<void> {
    const userId = this.#userId;
    const left = await this.#outbox.list(this.#sessionId, userId).catch(() => []);
    if (this.#over || userId !== this.#userId) return;
    for (const entry of left) {
      if (this.#sender.has(entry.commandId) || this.#answered.has(entry.commandId)) continue;
      this.#order = Math.max(this.#order, entry.order);
      this.#send(entry).catch((refusal: Refusal) => {
        // What was given up was told at once.
        if (!this.#givenUp.has(refusal)) this.#listener.refused(entry, refusal);
      });
    }
  }

  /** Somebody else is here: what the person before wanted waits in the outbox. */
  become(userId: string): void {
    if (userId === this.#userId) return;
    const message = 'Somebody else is signed in now: this waits until you are back';
    const refusal = new Refusal({ code: 'UNAUTHENTICATED', message });
    this.#userId = userId;
    this.#stays.add(refusal);
    this.#giveUp(refusal);
    void this.takeUp();
  }

  /** There is nothing any more to which they could be done. */
  async end(refusal: Refusal): Promise<void> {
    if (this.#over) return;
    this.#over = refusal;
    const own = new Map(this.#entries);
    this.#giveUp(refusal);
    const left = await this.#outbox.list(this.#sessionId, this.#userId).catch(() => []);
    for (const entry of left) {
      own.set(entry.commandId, entry);
      this.#outbox.delete(entry.commandId).catch(() => undefined);
    }
    if (own.size > 0) this.#listener.dropped([...own.values()], refusal);
  }

  /** Shows a command and sends it; ends with its answer. */
  async execute(command: Command, commandId: string): Promise<Accepted> {
    if (this.#over) throw this.#over;
    if (isTooLarge(command)) {
      throw new Refusal({ code: 'PAYLOAD_TOO_LARGE', message: 'This is too large to be sent' });
    }
    const entry: OutboxEntry = {
      commandId,
      sessionId: this.#sessionId,
      userId: this.#userId,
      command,
      at: new Date().toISOString(),
      order: ++this.#order,
    };
    this.#outbox.put(entry).catch(() => undefined);
    return this.#send(entry);
  }

  /** Takes back the last step, or does it again. Nothing overtakes it: it would be another step. */
  takeBack(
    name: 'undo' | 'redo',
    { scope = 'mine', force = false, onConflict = 'skip' }: TakeBackOptions,
  ): Promise<Accepted> {
    if (this.#over) return Promise.reject(this.#over);
    const commandId = newId();
    const body = {
      session_id: this.#sessionId,
      scope,
      force,
      on_conflict: onConflict,
      command_id: commandId,
    };
    const send = () => this.#link.ask((socket) => socket.emitWithAck(name, body));
    return this.#add({ commandId, lanes: null, send });
  }

  async #send(entry: OutboxEntry): Promise<Accepted> {
    const { commandId, command } = entry;
    const body = { ...command, session_id: this.#sessionId, command_id: commandId };
    const send = () => this.#link.ask((socket) => socket.emitWithAck('execute_command', body));
    this.#entries.set(commandId, entry);
    this.#replica.wish(entry);
    try {
      const answer = await this.#add({ commandId, lanes: lanesOf(command), send });
      this.#replica.settle(commandId, answer.seq);
      this.#forget(commandId);
      return answer;
    } catch (refusal) {
      this.#replica.settle(commandId);
      if (!this.#stays.has(refusal as Refusal)) this.#forget(commandId);
      throw refusal;
    } finally {
      this.#entries.delete(commandId);
    }
  }

  async #add(parcel: Parcel): Promise<Accepted> {
    const answer = this.#sender.add(parcel);
    this.#listener.unanswered();
    try {
      return await answer;
    } finally {
      this.#listener.unanswered();
    }
  }

  #giveUp(refusal: Refusal) {
    this.#givenUp.add(refusal);
    this.#sender.drop(refusal);
  }

  #forget(commandId: string) {
    this.#answered.add(commandId);
    for (const oldest of this.#answered) {
      if (this.#answered.size <= REMEMBERED) break;
      this.#answered.delete(oldest);
    }
    this.#outbox.delete(commandId).catch(() => undefined);
  }
}

function isTooLarge(command: Command): boolean {
  return JSON.stringify(command).length > LARGEST;
}
