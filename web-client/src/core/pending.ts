/**
 * What somebody wants to say and was not answered yet: in its order, each once, kept until the server has it or it is given up.
 */

import type { Ask, ErrorBody } from '@protocol';
import type { Talk } from './talk.ts';

export interface PendingMessage {
  /** Names it with every attempt: the server has it once. */
  readonly messageId: string;
  readonly text: string;
  /** RFC 3339: when it was wished for. */
  readonly at: string;
  /** Lets the assistant answer it. */
  readonly ask?: Ask;
  /** What else clients want to know of it. */
  readonly metadata?: Record<string, unknown>;
  /** Why the server does not take it; it is not sent again by itself. */
  readonly refused?: ErrorBody;
}

export function withPending(talk: Talk, message: PendingMessage): Talk {
  const others = talk.pending.filter(({ messageId }) => messageId !== message.messageId);
  return { ...talk, pending: [...others, message] };
}

/** The server refused it, or, without a reason, it is to be sent again. */
export function withRefused(talk: Talk, messageId: string, refused?: ErrorBody): Talk {
  const pending = talk.pending.map((message) =>
    message.messageId === messageId ? { ...message, refused } : message,
  );
  return { ...talk, pending };
}

/** It is given up. */
export function withoutPending(talk: Talk, messageId: string): Talk {
  return { ...talk, pending: talk.pending.filter((message) => message.messageId !== messageId) };
}

/** What is to be sent next. */
export function nextPending({ pending }: Talk): PendingMessage | undefined {
  return pending.find(({ refused }) => !refused);
}
