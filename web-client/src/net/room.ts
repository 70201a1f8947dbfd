/**
 * The room of a session: enters it, and keeps the replica as it is there. How the connection is kept, and what is sent, is the matter
 * of others.
 */

import type { AnyGraphEvent, JoinAnswer, MemberRole, Participant } from '@protocol';
import type { Replica } from '../core/index.ts';
import type { Api } from './api.ts';
import type { Link } from './link.ts';
import { Refusal } from './refusal.ts';

/** Who is told what becomes of it. */
export interface RoomListener {
  /** Everything is here, and comes as it happens. */
  upToDate(): void;
  /** What is missing was asked for. */
  behind(): void;
  /** Events that were taken in. */
  took(events: readonly AnyGraphEvent[]): void;
  present(participants: readonly Participant[]): void;
  /** What this person is here. */
  role(role: MemberRole): void;
  /** It was not let in. */
  notJoined(refusal: Refusal): void;
  /** There is no project here, or no longer. */
  gone(refusal: Refusal): void;
}

export class Room {
  readonly #link: Link;
  readonly #api: Api;
  readonly #sessionId: string;
  readonly #replica: Replica;
  readonly #listener: RoomListener;
  /** Events that come while others before them are on their way. */
  #held: AnyGraphEvent[] | null = null;
  /** Changes with every join: what an earlier one brings is not heard. Null while there is none. */
  #join: symbol | null = null;

  constructor(link: Link, api: Api, sessionId: string, replica: Replica, listener: RoomListener) {
    this.#link = link;
    this.#api = api;
    this.#sessionId = sessionId;
    this.#replica = replica;
    this.#listener = listener;
    link.socket.on('events', (frame) => {
      if (frame.session_id === sessionId) this.#take(frame.events);
    });
    // The server put this client out: whether it may come in again, or why not, is the answer to a join.
    link.socket.on('left', (left) => {
      if (left.session_id !== sessionId || !this.#join) return;
      this.#listener.behind();
      this.enter();
    });
  }

  /** Joins, or joins again for what is missing; `anew` for the whole graph. */
  enter(anew = false): void {
    const join = Symbol('join');
    this.#join = join;
    const wish = {
      session_id: this.#sessionId,
      since: anew ? null : this.#replica.place,
      delivery: 'batch',
      lifecycle: false,
      presence: true,
    } as const;
    this.#held ??= [];
    // A callback and no promise: the events behind the answer must not overtake it.
    this.#link.asking().emit('join_session', wish, (late, answer) => {
      if (join !== this.#join) return;
      if (late) this.#link.breaks();
      else if (answer.success) this.#joined(answer, join);
      else this.#listener.notJoined(new Refusal(answer.error));
    });
  }

  /** The connection is gone. */
  leave(): void {
    this.#join = null;
    this.#held = null;
  }

  #joined(answer: JoinAnswer, join: symbol) {
    this.#listener.present(answer.presence ?? []);
    if (answer.role) this.#listener.role(answer.role);
    if (answer.epoch === null) {
      this.#listener.gone(new Refusal({ code: 'NO_PROJECT', message: 'This session has no project' }));
      return;
    }
    if (answer.mode === 'fetch') {
      void this.#fetch(join);
      return;
    }
    if (answer.graph) this.#replica.read(answer.graph, { epoch: answer.epoch, seq: answer.seq });
    if (answer.events) this.#held = [...answer.events, ...(this.#held ?? [])];
    this.#catchUp();
  }

  /** Reads the graph by its own route; what happens meanwhile is held. */
  async #fetch(join: symbol) {
    const read = await this.#api.sessionGraph(this.#sessionId).catch(() => null);
    if (join !== this.#join) return;
    if (!read || read.epoch === null) {
      // The next join says anew how to go on.
      this.#link.breaks();
      return;
    }
    this.#replica.read(read.graph, { epoch: read.epoch, seq: read.seq });
    this.#catchUp();
  }

  #catchUp() {
    const held = this.#held ?? [];
    this.#held = null;
    if (this.#takeIn(held)) this.#listener.upToDate();
  }

  #take(events: readonly AnyGraphEvent[]) {
    if (this.#held) this.#held.push(...events);
    else if (this.#join) this.#takeIn(events);
  }

  /** Whether the replica has everything now; if not, what is missing was asked for. */
  #takeIn(events: readonly AnyGraphEvent[]): boolean {
    const join = this.#join;
    const seq = this.#replica.place?.seq ?? 0;
    const taken = this.#replica.take(events);
    const now = this.#replica.place?.seq ?? 0;
    const news = events.filter((event) => event.seq > seq && event.seq <= now);
    if (news.length > 0) this.#listener.took(news);
    const closed = news.find((event) => event.event === 'session:closed');
    if (closed) {
      this.#listener.gone(new Refusal({ code: 'PROJECT_NOT_FOUND', message: 'The project was deleted' }));
      return false;
    }
    // A listener may have left.
    if (join !== this.#join) return false;
    if (taken === 'taken') return true;
    this.#listener.behind();
    this.enter(taken === 'read-again');
    return false;
  }
}
