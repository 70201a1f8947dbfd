/**
 * Who is in a session and what they are at, and what this client says of itself.
 */

import type { DoingChange, Participant, PresenceUpdateEvent } from '@protocol';

/** At most so often is something said, in milliseconds: the server combines what comes faster. */
const EVERY = 50;

export class Presence {
  #participants: ReadonlyMap<string, Participant> = new Map();
  readonly #listeners = new Set<(participants: ReadonlyMap<string, Participant>) => void>();
  readonly #send: (change: DoingChange) => boolean;
  /** All that was said: it is said again after every join. */
  #said: DoingChange = {};
  #unsaid: DoingChange = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send tells the server; false if there is no connection */
  constructor(send: (change: DoingChange) => boolean) {
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
    this.#timer ??= setTimeout(() => this.#flush(), EVERY);
  }

  /** A join was answered: this is who is here. */
  start(participants: readonly Participant[]): void {
    this.#become(new Map(participants.map((participant) => [participant.user_id, participant])));
  }

  /** There is a connection again, to which nothing was said yet. */
  sendAgain(): void {
    if (Object.keys(this.#said).length > 0) this.set(this.#said);
  }

  /** The connection is gone; the others are shown as they were until it is back. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  update({ participants, left, reset }: PresenceUpdateEvent): void {
    const all = new Map(reset ? [] : this.#participants);
    for (const userId of left) all.delete(userId);
    for (const participant of participants) all.set(participant.user_id, participant);
    this.#become(all);
  }

  #flush() {
    this.#timer = undefined;
    if (this.#send(this.#unsaid)) this.#unsaid = {};
  }

  #become(participants: ReadonlyMap<string, Participant>) {
    this.#participants = participants;
    for (const listener of [...this.#listeners]) listener(participants);
  }
}
