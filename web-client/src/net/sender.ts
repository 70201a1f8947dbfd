/**
 * Brings commands to the server: in their order, each until it is answered.
 *
 * Several are on their way at once, if they have nothing to do with one another. What a break or a passing refusal leaves without an
 * answer is sent again with the same `command_id`, so that it happens once. A refusal counts only when everything before it is
 * answered: the command may have been refused for want of one that is still to come.
 */

import type { Accepted, Rejected } from '@protocol';
import { backoff } from './backoff.ts';
import type { Lanes } from './lanes.ts';
import { Refusal } from './refusal.ts';

/** How many commands are on their way at once. */
const WINDOW = 64;
/** How far it looks for one that may go. */
const LOOK_AHEAD = 256;

/** What is to be sent. */
export interface Parcel {
  readonly commandId: string;
  readonly lanes: Lanes;
  /** Sends it once; rejects if the connection broke before the answer. */
  send(): Promise<Accepted | Rejected>;
}

interface Waiting {
  readonly parcel: Parcel;
  isSent: boolean;
  /** It was refused while others before it had no answer: it is asked for again when they have. */
  waitsForAll: boolean;
  readonly resolve: (answer: Accepted) => void;
  readonly reject: (refusal: Refusal) => void;
}

export class Sender {
  readonly #waiting: Waiting[] = [];
  /** Changes with every connection: answers of earlier ones are not heard. */
  #connection: symbol | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #passing = 0;

  /** How many were not answered yet. */
  get size(): number {
    return this.#waiting.length;
  }

  has(commandId: string): boolean {
    return this.#waiting.some(({ parcel }) => parcel.commandId === commandId);
  }

  /** Sends it when its turn comes; ends with the answer, or the refusal. */
  add(parcel: Parcel): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ parcel, isSent: false, waitsForAll: false, resolve, reject });
      this.#pump();
    });
  }

  /** There is a connection: everything without an answer goes out again. */
  open(): void {
    this.close();
    this.#connection = Symbol('connection');
    this.#passing = 0;
    for (const waiting of this.#waiting) waiting.isSent = false;
    this.#pump();
  }

  /** There is none. */
  close(): void {
    this.#connection = null;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** Gives up what was not answered. */
  drop(refusal: Refusal): void {
    for (const { reject } of this.#waiting.splice(0)) reject(refusal);
  }

  #pump() {
    const connection = this.#connection;
    if (!connection || this.#pause !== undefined) return;
    for (const waiting of this.#ready()) {
      waiting.isSent = true;
      waiting.parcel.send().then(
        (answer) => connection === this.#connection && this.#answered(waiting, answer),
        // The connection is gone: `open` sends it again.
        () => undefined,
      );
    }
  }

  /** What may go out now. */
  #ready(): Waiting[] {
    const ready: Waiting[] = [];
    const taken = new Set<string>();
    let underway = 0;
    for (const [index, waiting] of this.#waiting.slice(0, LOOK_AHEAD).entries()) {
      const { lanes } = waiting.parcel;
      const isFree = lanes && !waiting.waitsForAll ? !lanes.some((lane) => taken.has(lane)) : index === 0;
      if (!waiting.isSent && isFree) ready.push(waiting);
      if (waiting.isSent || isFree) underway += 1;
      if (!lanes || underway === WINDOW) break;
      for (const lane of lanes) taken.add(lane);
    }
    return ready;
  }

  #answered(waiting: Waiting, answer: Accepted | Rejected) {
    // It was given up meanwhile.
    if (!this.#waiting.includes(waiting)) return;
    if (answer.success) {
      this.#passing = 0;
      this.#remove(waiting);
      waiting.resolve(answer);
    } else {
      this.#refused(waiting, new Refusal(answer.error));
    }
    this.#pump();
  }

  #refused(waiting: Waiting, refusal: Refusal) {
    const isFirst = this.#waiting[0] === waiting;
    if (refusal.code === 'UNAUTHENTICATED') {
      // Not the command was refused but who sent it: it waits for a connection that counts.
      this.close();
    } else if (refusal.isPassing) {
      waiting.isSent = false;
      this.#rest(refusal.retryAfter);
    } else if (isFirst) {
      this.#remove(waiting);
      waiting.reject(refusal);
    } else {
      waiting.isSent = false;
      waiting.waitsForAll = true;
    }
  }

  /** Nothing is sent for a while. */
  #rest(wish: number | undefined) {
    if (this.#pause !== undefined) return;
    const wait = wish ?? backoff(this.#passing++, Math.random());
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#pump();
    }, wait);
  }

  #remove(waiting: Waiting) {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
  }
}
