/**
 * Answers of the assistant as they are written, and questions that got none.
 */

import type { AssistantEndEvent, AssistantStartEvent, AssistantTokenEvent, ErrorBody } from '@protocol';
import type { Talk } from './talk.ts';
import { withUnanswered } from './talk.ts';

/** An answer, as far as it was told. */
export interface AnswerText {
  readonly streamId: string;
  readonly model: string;
  /** The message that it answers. */
  readonly replyTo?: string;
  readonly text: string;
  /** In characters (Unicode scalar values), as places in it are counted. */
  readonly length: number;
}

/** A question that got no answer. */
export interface Unanswered {
  /** The message that asked. */
  readonly messageId: string;
  readonly why: ErrorBody;
}

/** An answer begins. */
export function withStart(talk: Talk, { stream_id, model, reply_to }: AssistantStartEvent): Talk {
  if (talk.answers.some(({ streamId }) => streamId === stream_id)) return talk;
  const answer = { streamId: stream_id, model, replyTo: reply_to, text: '', length: 0 };
  return { ...talk, answers: [...talk.answers, answer] };
}

/** An answer goes on. What was told before is not written twice; null if something before it was never told. */
export function withToken(talk: Talk, { stream_id, offset, token }: AssistantTokenEvent): Talk | null {
  const known = talk.answers.find(({ streamId }) => streamId === stream_id);
  if (!known || offset > known.length) return null;
  const characters = Array.from(token);
  const added = characters.slice(known.length - offset);
  if (added.length === 0) return talk;
  const next = { ...known, text: known.text + added.join(''), length: known.length + added.length };
  return { ...talk, answers: talk.answers.map((answer) => (answer === known ? next : answer)) };
}

/**
 * An answer ended. One with a text stays until its message comes, which is next; of one without, it is kept why.
 */
export function withEnd(talk: Talk, { stream_id, message_id, reason, error }: AssistantEndEvent): Talk {
  const known = talk.answers.find(({ streamId }) => streamId === stream_id);
  const next = message_id
    ? talk
    : { ...talk, answers: talk.answers.filter(({ streamId }) => streamId !== stream_id) };
  const why = error ?? (message_id ? undefined : SILENT[reason]);
  return why && known?.replyTo ? withUnanswered(next, known.replyTo, why) : next;
}

/** What is said of an answer that has no text, though nothing went wrong. */
const SILENT: Partial<Record<AssistantEndEvent['reason'], ErrorBody>> = {
  complete: { code: 'ASSISTANT_UNAVAILABLE', message: 'The assistant had nothing to say' },
  length: { code: 'ASSISTANT_UNAVAILABLE', message: 'The assistant had nothing to say' },
};
