/**
 * Brings commands to the server: in their order, each until it is answered.
 *
 * Several are on their way at once. What a break or a passing refusal leaves without an answer is sent again with the same
 * `command_id`, so that it happens once. A refusal counts only when everything before it is answered: the command may have been
 * refused for want of one that is still to come.
 */

import type { Accepted, Rejected } from '@protocol';
import { backoff } from './backoff.ts';
import { Refusal } from './refusal.ts';

/** How many commands are on their way at once. */
const WINDOW = 64;

/** What is to be sent. */
export interface Parcel {
  readonly commandId: string;
  /** Sends it once; rejects if the connection broke before the answer. */
  send(): Promise<Accepted | Rejected>;
}

interface Waiting {
  readonly parcel: Parcel;
  isSent: boolean;
  readonly resolve: (answer: Accepted) => void;
  readonly reject: (refusal: Refusal) => void;
}

export class Sender {
  #waiting: Waiting[] = [];
  /** Changes with every connection: answers of earlier ones are not heard. */
  #connection: symbol | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #passing = 0;

  /** How many were not answered yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Sends it when its turn comes; ends with the answer, or the refusal. */
  add(parcel: Parcel): Promise<Accepted> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ parcel, isSent: false, resolve, reject });
      this.#pump();
    });
  }

  /** There is a connection: everything without an answer goes out again. */
  open(): void {
    this.#connection = Symbol('connection');
    this.#passing = 0;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    for (const waiting of this.#waiting) waiting.isSent = false;
    this.#pump();
  }

  /** There is none. */
  close(): void {
    this.#connection = null;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  #pump() {
    const connection = this.#connection;
    if (!connection || this.#pause !== undefined) return;
    for (const waiting of this.#waiting.slice(0, WINDOW)) {
      if (waiting.isSent) continue;
      waiting.isSent = true;
      waiting.parcel.send().then(
        (answer) => connection === this.#connection && this.#answered(waiting, answer),
        // The connection is gone: `open` sends it again.
        () => undefined,
      );
    }
  }

  #answered(waiting: Waiting, answer: Accepted | Rejected) {
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
    if (refusal.isPassing || !isFirst) waiting.isSent = false;
    if (refusal.isPassing) this.#rest(refusal.retryAfter);
    else if (isFirst) {
      this.#remove(waiting);
      waiting.reject(refusal);
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
    this.#waiting = this.#waiting.filter((other) => other !== waiting);
  }
}
