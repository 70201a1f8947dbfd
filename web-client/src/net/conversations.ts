/**
 * The conversations that a connection is in: who is told what of each.
 */

import type { ConversationView, MessageAuthor } from '@protocol';
import {
  type Talk,
  talkOf,
  withEnd,
  withMessages,
  withNewMessage,
  withoutMessage,
  withRead,
  withStart,
  withToken,
  withTyping,
} from '../core/index.ts';
import { Conversation } from './conversation.ts';
import type { ConversationApi } from './conversation-api.ts';
import type { Link } from './link.ts';
import { Refusal } from './refusal.ts';

/** Who hears of the conversations of a project. */
export interface Followed {
  readonly projectId: string;
  /** They are to be read: from now on it is told of them, or one was begun by a question. */
  begun(): void;
  /** One was begun, or changed. */
  told(view: ConversationView): void;
}

export class Conversations {
  readonly #link: Link;
  readonly #api: ConversationApi;
  readonly #userId: () => string;
  readonly #byId = new Map<string, Conversation>();
  #followed: Followed | undefined;
  #isUp = false;

  constructor(link: Link, api: ConversationApi, userId: () => string) {
    this.#link = link;
    this.#api = api;
    this.#userId = userId;
    this.#hear();
  }

  /** Goes into a conversation, and stays in it with every connection. */
  enter(view: ConversationView): Conversation {
    const known = this.#byId.get(view.conversation_id);
    if (known) {
      const { conversation } = known.talk;
      // What was told since it was read is newer.
      const { title, status } = view;
      if (conversation.title !== title || conversation.status !== status) {
        known.change({ ...known.talk, conversation: { ...conversation, title, status } });
      }
      return known;
    }
    const conversation = new Conversation(this.#link, this.#api, talkOf(view), this.#userId());
    this.#byId.set(view.conversation_id, conversation);
    if (this.#isUp) conversation.enter(this.#userId());
    return conversation;
  }

  /** Hears of the project's conversations: of those that are begun and changed, and when it begins to hear that, with every connection. */
  follow(followed: Followed): void {
    this.#followed = followed;
    if (this.#isUp) this.#ask(followed);
  }

  get(id: string): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** There is a connection. */
  up(): void {
    this.#isUp = true;
    if (this.#followed) this.#ask(this.#followed);
    for (const conversation of this.#byId.values()) conversation.enter(this.#userId());
  }

  /** There is none any more. */
  down(): void {
    this.#isUp = false;
    for (const conversation of this.#byId.values()) conversation.leave();
  }

  /** What was begun before the answer is to be read, what is begun after it is told. */
  #ask(followed: Followed) {
    this.#link.asking().emit('join_project', { project_id: followed.projectId }, (late) => {
      if (!late && followed === this.#followed) followed.begun();
    });
  }

  #hear() {
    const { socket } = this.#link;
    const told = ({ conversation }: { conversation: ConversationView }) => {
      if (conversation.project_id === this.#followed?.projectId) this.#followed?.told(conversation);
    };
    socket.on('conversation_created', told);
    socket.on('conversation_updated', told);
    // One that is begun by a question is not told as such.
    socket.on('ai_processing_end', ({ project_id }) => {
      if (project_id === this.#followed?.projectId) this.#followed?.begun();
    });
    socket.on('new_message', (event) => this.#on(event, (talk) => withNewMessage(talk, event.message)));
    socket.on('message_updated', (event) => this.#on(event, (talk) => withMessages(talk, [event.message])));
    socket.on('message_deleted', (event) => this.#on(event, (talk) => withoutMessage(talk, event)));
    socket.on('message_read', (event) => this.#on(event, (talk) => withRead(talk, event)));
    socket.on('typing_indicator', (event) => this.#on(event, (talk) => typing(talk, event, true)));
    socket.on('typing_stop', (event) => this.#on(event, (talk) => typing(talk, event, false)));
    socket.on('assistant:start', (event) => this.#on(event, (talk) => withStart(talk, event)));
    socket.on('assistant:token', (event) => this.#on(event, (talk) => withToken(talk, event)));
    socket.on('assistant:end', (event) => this.#on(event, (talk) => withEnd(talk, event)));
    socket.on('conversation_deleted', ({ conversation_id }) => {
      this.#end(conversation_id, { code: 'CONVERSATION_NOT_FOUND', message: 'The conversation was deleted' });
    });
    socket.on('error', ({ code, message, details }) => {
      const id = (details as { conversation_id?: unknown } | null | undefined)?.conversation_id;
      if (code === 'FORBIDDEN' && typeof id === 'string') this.#end(id, { code, message });
    });
  }

  #on({ conversation_id: id }: { conversation_id: string }, take: (talk: Talk) => Talk | null) {
    const conversation = this.#byId.get(id);
    if (!conversation) return;
    const next = take(conversation.talk);
    if (next) conversation.change(next);
    else conversation.again();
  }

  #end(id: string, why: ConstructorParameters<typeof Refusal>[0]) {
    this.#byId.get(id)?.end(new Refusal(why));
    this.#byId.delete(id);
  }
}

function typing(talk: Talk, { user_id, name }: MessageAuthor, isTyping: boolean): Talk {
  return withTyping(talk, { user_id, name }, isTyping);
}
