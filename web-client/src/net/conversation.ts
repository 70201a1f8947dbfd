/**
 * One conversation as a client lives in it: joins with every connection, hears what happens, and says what it reads and does. What
 * becomes of what is heard is the matter of `core`; how messages are sent that of the voice.
 */

import type { InConversation, JoinedConversation, Rejected } from '@protocol';
import {
  completeUpTo,
  type Talk,
  withEarlier,
  withJoin,
  withMessages,
  withoutUnanswered,
  withRead,
} from '../core/index.ts';
import { backoff } from './backoff.ts';
import type { ConversationApi } from './conversation-api.ts';
import type { Link } from './link.ts';
import { Refusal } from './refusal.ts';
import { Voice } from './voice.ts';

/** How many messages are read at once. */
const PAGE = 50;
/** So often is said that somebody goes on writing, in milliseconds: the server forgets it after 6 s. */
const SAY_WRITING_EVERY = 3_000;

export class Conversation {
  readonly id: string;
  /** What this person says here. */
  readonly voice: Voice;
  readonly #link: Link;
  readonly #api: ConversationApi;
  readonly #listeners = new Set<() => void>();
  #talk: Talk;
  #userId: string;
  /** Changes with every join: what an earlier one brings is not heard. Null while there is no connection. */
  #join: symbol | null = null;
  #isIn = false;
  #wasIn = false;
  #attempt = 0;
  #reading: Promise<void> | null = null;
  #saidWriting = 0;
  #read = 0;
  #refusal: Refusal | undefined;

  constructor(link: Link, api: ConversationApi, talk: Talk, userId: string) {
    this.id = talk.conversation.conversation_id;
    this.#link = link;
    this.#api = api;
    this.#talk = talk;
    this.#userId = userId;
    this.voice = new Voice(link, this);
  }

  /** What is known of it now. */
  get talk(): Talk {
    return this.#talk;
  }

  /** Why nothing can be heard here any more. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** This is known now. */
  change(next: Talk): void {
    if (next === this.#talk) return;
    this.#talk = next;
    this.#tell();
  }

  /** There is a connection, of this person: joins, for what came behind what is here. */
  enter(userId: string): void {
    if (this.#refusal) return;
    if (userId !== this.#userId) {
      this.#userId = userId;
      this.#read = 0;
      this.voice.becomeSomebodyElse();
    }
    this.leave();
    const join = Symbol('join');
    this.#join = join;
    const wish = { ...this.#here(), after: completeUpTo(this.#talk) };
    // A callback and no promise: what is told behind the answer must not overtake it.
    this.#link.asking().emit('chat:join', wish, (late, answer) => {
      if (join !== this.#join) return;
      if (late) this.#link.breaks();
      else if (answer.success) this.#joined(answer, join);
      else this.#notJoined(answer, join);
    });
  }

  /** The connection is gone. */
  leave(): void {
    this.#join = null;
    this.#isIn = false;
    this.#saidWriting = 0;
    this.voice.close();
  }

  /** There is nothing to hear here any more. */
  end(refusal: Refusal): void {
    this.leave();
    this.#refusal = refusal;
    this.#tell();
  }

  /** What was told does not fit what is here: asks for it all. */
  again(): void {
    if (this.#isIn) this.enter(this.#userId);
  }

  /** Writes an own message anew. */
  async edit(messageId: string, text: string): Promise<void> {
    const body = { ...this.#here(), message_id: messageId, text };
    const answer = await this.#link.ask((socket) => socket.emitWithAck('chat:edit', body));
    this.change(withMessages(this.#talk, [accepted(answer).message]));
  }

  async delete(messageId: string): Promise<void> {
    const body = { ...this.#here(), message_id: messageId };
    const answer = await this.#link.ask((socket) => socket.emitWithAck('chat:delete', body));
    this.change(withMessages(this.#talk, [accepted(answer).message]));
  }

  /** Stops an answer; what it has said by then is kept. */
  async stop(streamId: string): Promise<void> {
    const body = { ...this.#here(), stream_id: streamId };
    accepted(await this.#link.ask((socket) => socket.emitWithAck('chat:cancel', body)));
  }

  /** Says nothing more of a question without an answer. */
  dismiss(messageId: string): void {
    this.change(withoutUnanswered(this.#talk, messageId));
  }

  /** Says that everything up to here was read. */
  read(seq: number): void {
    if (seq <= this.#read) return;
    this.#read = seq;
    this.#tellRead();
  }

  /** Says that this person writes, or does no more. */
  write(isTyping: boolean): void {
    const now = Date.now();
    const isKnown = isTyping ? now - this.#saidWriting < SAY_WRITING_EVERY : this.#saidWriting === 0;
    if (isKnown || !this.#isIn) return;
    this.#saidWriting = isTyping ? now : 0;
    this.#link.socket.emit('typing', { ...this.#here(), is_typing: isTyping }, () => undefined);
  }

  /** Reads what was said before the first message that is here. */
  earlier(): Promise<void> {
    if (this.#talk.first <= 1) return Promise.resolve();
    this.#reading ??= this.#api
      .messages(this.id, { before: this.#talk.first, limit: PAGE })
      .then(({ messages }) => this.change(withEarlier(this.#talk, messages)))
      .finally(() => {
        this.#reading = null;
      });
    return this.#reading;
  }

  #joined(answer: JoinedConversation, join: symbol) {
    // What is here may have been edited and deleted meanwhile.
    const isOld = this.#wasIn && this.#talk.messages.length > 0;
    const from = isOld ? this.#talk.first - 1 : completeUpTo(this.#talk);
    this.#isIn = true;
    this.#wasIn = true;
    this.#attempt = 0;
    this.change(withJoin(this.#talk, answer));
    if (isOld || answer.has_more) void this.#readFrom(from, join);
    this.#tellRead();
    this.voice.open();
  }

  #notJoined({ error }: Rejected, join: symbol) {
    const refusal = new Refusal(error);
    if (!refusal.isPassing && refusal.code !== 'INTERNAL') {
      this.end(refusal);
      return;
    }
    const wait = refusal.retryAfter ?? backoff(this.#attempt++, Math.random());
    setTimeout(() => join === this.#join && this.enter(this.#userId), wait);
  }

  /** Reads everything behind a place. */
  async #readFrom(place: number, join: symbol) {
    for (let after = place, failures = 0; ; ) {
      const page = await this.#api.messages(this.id, { after, limit: 2 * PAGE }).catch(() => null);
      if (join !== this.#join) return;
      if (page) {
        this.change(withMessages(this.#talk, page.messages));
        after = page.messages.at(-1)?.seq ?? after;
        if (!page.has_more) return;
      } else {
        const wait = backoff(failures++, Math.random());
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  #tellRead() {
    const mark = this.#talk.participants.find(({ user_id }) => user_id === this.#userId)?.read_seq ?? 0;
    const seq = Math.min(this.#read, this.#talk.conversation.head);
    if (seq <= mark) return;
    const timestamp = new Date().toISOString();
    this.change(withRead(this.#talk, { user_id: this.#userId, seq, timestamp }));
    if (this.#isIn) this.#link.socket.emit('chat:read', { ...this.#here(), seq }, () => undefined);
  }

  #here(): InConversation {
    return { conversation_id: this.id };
  }

  #tell() {
    for (const listener of [...this.#listeners]) listener();
  }
}

function accepted<Answer extends { success: true }>(answer: Answer | Rejected): Answer {
  if (!answer.success) throw new Refusal(answer.error);
  return answer;
}
