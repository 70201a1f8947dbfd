/**
 * What one person says in one conversation: shown at once, sent one after the other, and again with every connection until it is
 * answered, each time by the same id.
 */

import type { Ask, ErrorBody, MessageView, Rejected } from '@protocol';
import {
  nextPending,
  type PendingMessage,
  type Talk,
  withMessages,
  withoutPending,
  withoutUnanswered,
  withPending,
  withRefused,
  withUnanswered,
} from '../core/index.ts';
import { backoff } from './backoff.ts';
import { newId } from './id.ts';
import type { Link } from './link.ts';
import { Refusal } from './refusal.ts';

/** How long a message waits whose sender has to prove who it is, in milliseconds. */
const WITHOUT_PROOF = 3_000;

/** Where it is said. */
export interface Saying {
  readonly id: string;
  readonly talk: Talk;
  change(next: Talk): void;
}

/** What became of a message. */
type Sent = { success: true; message: MessageView; assistant_error?: ErrorBody } | Rejected;

export class Voice {
  readonly #link: Link;
  readonly #place: Saying;
  #isOpen = false;
  #sending: symbol | null = null;
  #passing = 0;

  constructor(link: Link, place: Saying) {
    this.#link = link;
    this.#place = place;
  }

  /** The conversation was joined: everything without an answer goes out again. */
  open(): void {
    this.#isOpen = true;
    this.#sending = null;
    this.#passing = 0;
    void this.#send();
  }

  /** There is no connection. */
  close(): void {
    this.#isOpen = false;
    this.#sending = null;
  }

  say(text: string, { ask, metadata }: Pick<PendingMessage, 'ask' | 'metadata'> = {}): void {
    const at = new Date().toISOString();
    const message: PendingMessage = { messageId: newId(), text, at, ask, metadata };
    this.takeUp([message]);
  }

  /** Wants to say what an earlier page did not. */
  takeUp(messages: readonly PendingMessage[]): void {
    this.#change(messages.reduce(withPending, this.#talk));
    void this.#send();
  }

  /** Sends again what was refused. */
  again(messageId: string): void {
    this.#change(withRefused(this.#talk, messageId));
    void this.#send();
  }

  /** Gives up what was refused. */
  discard(messageId: string): void {
    this.#change(withoutPending(this.#talk, messageId));
  }

  /** Asks a question again that got no answer. */
  askAgain({ message_id, text, metadata }: MessageView, ask: Ask): void {
    this.#change(withoutUnanswered(this.#talk, message_id));
    this.say(text, { ask, metadata });
  }

  /** What the person before wanted to say is not said by the one who is here now. */
  becomeSomebodyElse(): void {
    const refused = { code: 'UNAUTHENTICATED', message: 'Somebody else is signed in now' } as const;
    const pending = this.#talk.pending.map((message) => ({ ...message, refused }));
    this.#change({ ...this.#talk, pending });
  }

  get #talk(): Talk {
    return this.#place.talk;
  }

  #change(next: Talk) {
    this.#place.change(next);
  }

  /** Sends what waits, one after the other. */
  async #send(): Promise<void> {
    const next = nextPending(this.#talk);
    if (!next || !this.#isOpen || this.#sending) return;
    const sending = Symbol('sending');
    this.#sending = sending;
    const { messageId, text, ask, metadata } = next;
    const body = {
      conversation_id: this.#place.id,
      message_id: messageId,
      text,
      metadata,
      assistant: ask,
    };
    // Without an answer it is sent again after the next join.
    const answer = await this.#link.ask((socket) => socket.emitWithAck('chat:send', body)).catch(() => null);
    if (!answer || sending !== this.#sending) return;
    const wait = this.#sent(messageId, answer);
    if (wait !== undefined) await new Promise((resolve) => setTimeout(resolve, wait));
    if (sending !== this.#sending) return;
    this.#sending = null;
    await this.#send();
  }

  /** What became of a message; how long to wait before it is sent again, in milliseconds. */
  #sent(messageId: string, answer: Sent): number | undefined {
    if (answer.success) {
      const next = withMessages(this.#talk, [answer.message]);
      const why = answer.assistant_error;
      this.#change(why ? withUnanswered(next, messageId, why) : next);
      this.#passing = 0;
      return undefined;
    }
    const refusal = new Refusal(answer.error);
    // Not the message was refused but who sent it.
    if (refusal.code === 'UNAUTHENTICATED') return WITHOUT_PROOF;
    if (refusal.isPassing) return refusal.retryAfter ?? backoff(this.#passing++, Math.random());
    this.#change(withRefused(this.#talk, messageId, answer.error));
    return undefined;
  }
}
