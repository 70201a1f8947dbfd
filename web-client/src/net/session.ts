/**
 * One project's session as a client lives in it: joins, keeps the replica up to date, sends commands, and comes back after every
 * break. What each of these is stands in a file of its own: the link, the room, the commands.
 */

import type { Accepted, Command, DoingChange } from '@protocol';
import { Replica } from '../core/index.ts';
import { Api } from './api.ts';
import { Commands, type TakeBackOptions } from './commands.ts';
import { ConversationApi } from './conversation-api.ts';
import { Conversations } from './conversations.ts';
import { authOf } from './credentials.ts';
import { newId } from './id.ts';
import { Link } from './link.ts';
import { Listeners } from './listeners.ts';
import { MemoryOutbox } from './outbox.ts';
import { Presence } from './presence.ts';
import { Refusal } from './refusal.ts';
import { Room } from './room.ts';
import type { SessionEvents, SessionOptions, Status } from './session-events.ts';

/** How long the outbox may take to say what is in it before the session opens without, in milliseconds. */
const OUTBOX_WITHIN = 2_000;
/** What says that there is no such project, or none that this person may know of. */
const GONE: ReadonlySet<string> = new Set(['INVALID_SESSION', 'PROJECT_NOT_FOUND', 'NOT_FOUND']);

export class Session extends Listeners<SessionEvents> {
  readonly replica = new Replica();
  readonly presence: Presence;
  /** What is said beside the graph. */
  readonly conversations: Conversations;
  readonly #options: SessionOptions;
  readonly #link: Link;
  readonly #room: Room;
  readonly #commands: Commands;
  #status: Status = 'connecting';
  #refusal: Refusal | undefined;
  #clientId: string | undefined;
  #isClosed = false;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    const { sessionId, credentials } = options;
    const url = options.url ?? '';
    this.presence = new Presence((change) => this.#sendPresence(change));
    this.presence.subscribe((participants) => this.tell('presence', participants));
    this.#link = new Link(options, {
      up: () => this.#up(),
      down: () => this.#down(),
      waits: () => this.#become('offline'),
      refused: (refusal) => this.#stop('refused', refusal),
    });
    const outbox = options.outbox ?? new MemoryOutbox();
    const userId = credentials().userId;
    this.#commands = new Commands({ sessionId, userId, outbox }, this.#link, this.replica, {
      unanswered: () => this.tell('unanswered', this.unanswered),
      refused: (entry, refusal) => this.tell('refused', { entry, refusal }),
      dropped: (entries, refusal) => this.tell('dropped', { entries, refusal }),
    });
    this.#room = new Room(this.#link, new Api(url, credentials), sessionId, this.replica, {
      upToDate: () => this.#upToDate(),
      behind: () => this.#become('catching-up'),
      took: (events) => this.tell('events', events),
      present: (participants) => this.presence.start(participants),
      role: (role) => this.tell('role', role),
      notJoined: (refusal) => this.#notJoined(refusal),
      gone: (refusal) => this.#end(refusal),
    });
    const chat = new ConversationApi(url, credentials);
    this.conversations = new Conversations(this.#link, chat, () => this.#commands.userId);
    this.#link.socket.on('presence:update', (update) => this.presence.update(update));
    this.#link.socket.on('auth:expiring', (event) => this.tell('expiring', event));
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
    return this.#link.retryAt;
  }

  /** How many commands were not answered yet. */
  get unanswered(): number {
    return this.#commands.size;
  }

  /** Connects, and takes up what an earlier page left unsent. */
  async open(): Promise<void> {
    await within(OUTBOX_WITHIN, this.#commands.takeUp());
    this.#link.connect();
  }

  /**
   * Leaves for good. What was not answered stays in the outbox; who waits for it waits on, since nobody knows what becomes of it.
   */
  close(): void {
    this.#isClosed = true;
    this.#link.close();
    this.#commands.close();
    this.#room.leave();
    this.presence.stop();
    this.conversations.down();
  }

  /** Tries to connect now, whatever the wait; as who the credentials say now, if that is somebody else. */
  retry(): void {
    if (this.#status === 'gone') return;
    if (this.#link.isUp && this.#isSomebodyElse()) this.#link.again();
    else this.#link.retry();
  }

  /** Leaves and comes back at once, so that the server hears who this is now. */
  reconnect(): void {
    if (this.#status === 'live') this.#link.again();
  }

  /** Gives a command: it shows at once, and is sent until it is answered. */
  execute(command: Command, commandId = newId()): Promise<Accepted> {
    if (this.#isSomebodyElse()) this.#change();
    return this.#commands.execute(command, commandId);
  }

  /** Takes back the last step. It is not shown before the server has done it. */
  undo(options: TakeBackOptions = {}): Promise<Accepted> {
    return this.#commands.takeBack('undo', options);
  }

  /** Does the last step again that was taken back. */
  redo(options: TakeBackOptions = {}): Promise<Accepted> {
    return this.#commands.takeBack('redo', options);
  }

  /** Shows the server something newer, before what was shown ends. */
  async authenticate(): Promise<void> {
    const proof = authOf(this.#options.credentials());
    const answer = await this.#link.ask((socket) => socket.emitWithAck('auth:refresh', proof));
    if (!answer.success) throw new Refusal(answer.error);
    // What was refused for want of it goes out again.
    if (this.#status === 'live') this.#commands.open();
  }

  #isSomebodyElse(): boolean {
    return this.#options.credentials().userId !== this.#commands.userId;
  }

  /** Goes on as somebody else; a connection is of one person. */
  #change() {
    this.#commands.close();
    this.#commands.become(this.#options.credentials().userId);
    if (this.#link.isUp) this.#link.again();
  }

  #up() {
    this.#clientId = this.#link.socket.id;
    this.#refusal = undefined;
    if (this.#link.userId !== undefined) this.#commands.become(this.#link.userId);
    if (this.#status !== 'connecting') this.#become('catching-up');
    this.#room.enter();
    this.conversations.up();
  }

  #down() {
    this.#commands.close();
    this.#room.leave();
    this.presence.stop();
    this.conversations.down();
  }

  #upToDate() {
    this.#link.works();
    this.#commands.open();
    // Another page may have been closed before it could send what it wanted.
    void this.#commands.takeUp();
    this.presence.sendAgain();
    this.#become('live');
  }

  #notJoined(refusal: Refusal) {
    if (GONE.has(refusal.code)) this.#end(refusal);
    else if (refusal.isPassing || refusal.code === 'INTERNAL') this.#link.comeBack(refusal.retryAfter);
    else this.#stop('refused', refusal);
  }

  /** There is no such project, or no longer. */
  #end(refusal: Refusal) {
    this.#stop('gone', refusal);
    void this.#commands.end(refusal);
  }

  #stop(status: 'refused' | 'gone', refusal: Refusal) {
    this.#refusal = refusal;
    this.#link.giveUp();
    this.#become(status);
  }

  /** How long to wait before it is said again; undefined if it need not be. */
  async #sendPresence(change: DoingChange): Promise<number | undefined> {
    const said = { ...change, session_id: this.sessionId };
    // The next connection is told everything.
    const answer = await this.#link
      .ask((socket) => socket.emitWithAck('presence:set', said))
      .catch(() => null);
    if (!answer || answer.success) return undefined;
    const refusal = new Refusal(answer.error);
    return refusal.isPassing ? (refusal.retryAfter ?? 1_000) : undefined;
  }

  #become(status: Status) {
    if (status === this.#status || this.#isClosed) return;
    this.#status = status;
    this.tell('status', status);
  }
}

/** Waits for something, but not longer than this. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
