/**
 * Who is in a session and what they are at, and what this client says of itself.
 */

import type { DoingChange, Participant, PresenceUpdateEvent } from '@protocol';

/** At most so often is something said, in milliseconds: the server combines what comes faster. */
const EVERY = 50;

/** Tells the server; ends with how long to wait before it is told again, in milliseconds; undefined if it need not be. */
type Send = (change: DoingChange) => Promise<number | undefined>;

export class Presence {
  #participants: ReadonlyMap<string, Participant> = new Map();
  readonly #listeners = new Set<(participants: ReadonlyMap<string, Participant>) => void>();
  readonly #send: Send;
  /** All that was said: it is said again after every join. */
  #said: DoingChange = {};
  #unsaid: DoingChange = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** One thing is said at a time: over a slow connection there is only the latest to say next. */
  #saying: symbol | null = null;
  #isOn = false;

  constructor(send: Send) {
    this.#send = send;
  }

  /** By their `user_id`. */
  get participants(): ReadonlyMap<string, Participant> {
    return this.#participants;
  }

  subscribe(listener: (participants: ReadonlyMap<string, Participant>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says what this client is at: what is not named stays, null clears. Of several changes only the last is sent. */
  set(change: DoingChange): void {
    this.#said = { ...this.#said, ...change };
    this.#unsaid = { ...this.#unsaid, ...change };
    this.#soon();
  }

  /** A join was answered: this is who is here. */
  start(participants: readonly Participant[]): void {
    this.#become(new Map(participants.map((participant) => [participant.user_id, participant])));
  }

  /** There is a connection again, to which nothing was said yet. */
  sendAgain(): void {
    this.#isOn = true;
    this.#saying = null;
    this.#unsaid = { ...this.#said };
    this.#soon();
  }

  /** The connection is gone; the others are shown as they were until it is back. */
  stop(): void {
    this.#isOn = false;
    this.#saying = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  update({ participants, left, reset }: PresenceUpdateEvent): void {
    const all = new Map(reset ? [] : this.#participants);
    for (const userId of left) all.delete(userId);
    for (const participant of participants) all.set(participant.user_id, participant);
    this.#become(all);
  }

  #soon(wait = EVERY) {
    if (!this.#isOn || this.#saying || Object.keys(this.#unsaid).length === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#say();
    }, wait);
  }

  async #say() {
    const change = this.#unsaid;
    const saying = Symbol('saying');
    this.#unsaid = {};
    this.#saying = saying;
    const again = await this.#send(change);
    // The connection broke: the next one is told everything.
    if (this.#saying !== saying) return;
    this.#saying = null;
    if (again !== undefined) this.#unsaid = { ...change, ...this.#unsaid };
    this.#soon(again);
  }

  #become(participants: ReadonlyMap<string, Participant>) {
    this.#participants = participants;
    for (const listener of [...this.#listeners]) listener(participants);
  }
}
