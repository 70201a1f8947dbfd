/**
 * A conversation as one client knows it: its messages from some place on, who reads and writes, answers that are being written, and
 * what this client has not sent yet. Every function takes what is known and something new, and gives what is known then; the same may
 * be told twice, and late.
 */

import type {
  ConversationParticipant,
  ConversationView,
  ErrorBody,
  JoinedConversation,
  MessageAuthor,
  MessageDeletedEvent,
  MessageReadEvent,
  MessageView,
} from '@protocol';
import type { AnswerText, Unanswered } from './answers.ts';
import type { PendingMessage } from './pending.ts';

export interface Talk {
  readonly conversation: ConversationView;
  /** Whether it was ever joined: who takes part, reads and writes is known since then. */
  readonly isKnown: boolean;
  /** The place of the first message that was asked for: those from here on are here, but for gaps that are being filled. */
  readonly first: number;
  /** In their order. */
  readonly messages: readonly MessageView[];
  readonly participants: readonly ConversationParticipant[];
  /** Who is writing. */
  readonly typing: readonly MessageAuthor[];
  /** Answers that are being written. */
  readonly answers: readonly AnswerText[];
  /** Questions that got no answer. */
  readonly unanswered: readonly Unanswered[];
  /** What this client wants to say, and nobody has yet. */
  readonly pending: readonly PendingMessage[];
}

/** A conversation of which nothing is known but that it is there. */
export function talkOf(conversation: ConversationView): Talk {
  return {
    conversation,
    isKnown: false,
    first: conversation.head + 1,
    messages: [],
    participants: [],
    typing: [],
    answers: [],
    unanswered: [],
    pending: [],
  };
}

/** The place of the last message before which none is missing. */
export function completeUpTo({ first, messages }: Talk): number {
  let last = first - 1;
  for (const { seq } of messages) {
    if (seq > last + 1) break;
    last = seq;
  }
  return last;
}

/** Messages came: new ones, or others in the place of older ones. What stands before the first that was asked for is left alone. */
export function withMessages(talk: Talk, news: readonly MessageView[]): Talk {
  const wanted = news.filter(({ seq }) => seq >= talk.first);
  const last = news.reduce((head, { seq }) => Math.max(head, seq), talk.conversation.head);
  const latest = news.find(({ seq }) => seq === last);
  const said = new Set(news.map(({ message_id }) => message_id));
  const written = new Set(news.map(({ role, metadata }) => role === 'assistant' && metadata?.stream_id));
  return {
    ...talk,
    conversation: {
      ...talk.conversation,
      head: last,
      last_message_at: latest?.timestamp ?? talk.conversation.last_message_at,
    },
    messages: merged(talk.messages, wanted),
    pending: talk.pending.filter(({ messageId }) => !said.has(messageId)),
    answers: talk.answers.filter(({ streamId }) => !written.has(streamId)),
  };
}

/** A page of what stands before the first message was read. */
export function withEarlier(talk: Talk, page: readonly MessageView[]): Talk {
  // Nothing stands before the first of all.
  const first = page[0]?.seq ?? 1;
  if (first >= talk.first) return talk;
  return { ...talk, first, messages: merged(talk.messages, page) };
}

/** Somebody sent a message, and so is not writing it any more. */
export function withNewMessage(talk: Talk, message: MessageView): Talk {
  return withTyping(withMessages(talk, [message]), message.author, false);
}

/** A message was deleted; its place stays. */
export function withoutMessage(talk: Talk, { message_id, timestamp }: MessageDeletedEvent): Talk {
  const messages = talk.messages.map((message) =>
    message.message_id === message_id && !message.deleted_at
      ? { ...message, text: '', metadata: undefined, deleted_at: timestamp }
      : message,
  );
  return { ...talk, messages };
}

/** Somebody has read up to a place; marks only go forward. */
export function withRead(
  talk: Talk,
  { user_id, seq, timestamp }: Omit<MessageReadEvent, 'event' | 'conversation_id'>,
): Talk {
  const known = talk.participants.find((one) => one.user_id === user_id);
  if (!known) {
    const reader = { user_id, joined_at: timestamp, read_seq: seq };
    return { ...talk, participants: [...talk.participants, reader] };
  }
  if (known.read_seq >= seq) return talk;
  const participants = talk.participants.map((one) => (one === known ? { ...one, read_seq: seq } : one));
  return { ...talk, participants };
}

/** Somebody writes, or does no more. */
export function withTyping(talk: Talk, { user_id, name }: MessageAuthor, isTyping: boolean): Talk {
  const others = talk.typing.filter((one) => one.user_id !== user_id);
  if (!isTyping && others.length === talk.typing.length) return talk;
  return { ...talk, typing: isTyping ? [...others, { user_id, name }] : others };
}

/** The conversation was joined, perhaps again: what is not in the answer goes on as it is told. */
export function withJoin(talk: Talk, joined: JoinedConversation): Talk {
  const { conversation, participants, messages, streams, typing } = joined;
  const head = Math.max(talk.conversation.head, conversation.head);
  const answers = streams.map((stream) => ({
    streamId: stream.stream_id,
    model: stream.model,
    replyTo: stream.reply_to,
    text: stream.text,
    length: Array.from(stream.text).length,
  }));
  return withMessages(
    { ...talk, isKnown: true, conversation: { ...conversation, head }, participants, typing, answers },
    messages,
  );
}

/** How many messages somebody has not read; who said something has read what stands before. */
export function unreadOf({ conversation, participants, messages }: Talk, userId: string): number {
  const read = participants.find(({ user_id }) => user_id === userId)?.read_seq ?? 0;
  const own = messages.findLast(({ author }) => author.user_id === userId)?.seq ?? 0;
  return Math.max(0, conversation.head - Math.max(read, own));
}

/** Why a question got no answer. */
export function withUnanswered(talk: Talk, question: string, why: ErrorBody): Talk {
  const others = talk.unanswered.filter(({ messageId }) => messageId !== question);
  return { ...talk, unanswered: [...others, { messageId: question, why }] };
}

/** Nothing is said any more of a question without an answer. */
export function withoutUnanswered(talk: Talk, question: string): Talk {
  return { ...talk, unanswered: talk.unanswered.filter(({ messageId }) => messageId !== question) };
}

function merged(known: readonly MessageView[], news: readonly MessageView[]): readonly MessageView[] {
  if (news.length === 0) return known;
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of news) {
    const before = bySeq.get(message.seq);
    bySeq.set(message.seq, before ? newer(before, message) : message);
  }
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** Of two forms of a message the one that is later: what was read may be older than what was told meanwhile. */
function newer(known: MessageView, told: MessageView): MessageView {
  if (known.deleted_at) return known;
  if (told.deleted_at) return told;
  return (known.edited_at ?? '') > (told.edited_at ?? '') ? known : told;
}
