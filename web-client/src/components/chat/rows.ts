/**
 * What stands in the log of a conversation, line by line. Pure.
 */

import type { MessageAuthor, MessageView } from '@protocol';
import type { AnswerText, PendingMessage, Talk } from '../../core/index.ts';

/** Something that was said, is being said, or waits to be. Its name stays the same meanwhile. */
export interface Said {
  readonly kind: 'said';
  readonly name: string;
  readonly author: MessageAuthor;
  readonly role: MessageView['role'];
  /** Nothing for an answer that is being written. */
  readonly at?: string;
  /** Whether it says who said it: what one person says in one go has one head. */
  readonly isFirst: boolean;
  readonly message?: MessageView;
  readonly pending?: PendingMessage;
  readonly answer?: AnswerText;
}

export type Row =
  | { readonly kind: 'day'; readonly name: string; readonly at: string }
  /** From here on is what was not read when the conversation was opened. */
  | { readonly kind: 'new'; readonly name: string }
  | Said;

/** Said within so much time by one person it is one go, in milliseconds. */
const ONE_GO = 5 * 60_000;

/** The lines; `newFrom` is the place of the first message that is new to who looks. */
export function rowsOf(talk: Talk, me: MessageAuthor, newFrom: number | null): Row[] {
  const rows: Row[] = [];
  let before: Said | undefined;
  const say = (said: Omit<Said, 'kind' | 'isFirst'>) => {
    const isFirst = !before || rows.at(-1) !== before || !isOneGo(before, said);
    before = { kind: 'said', isFirst, ...said };
    rows.push(before);
  };
  let day = '';
  for (const message of talk.messages) {
    const { author, role, timestamp: at } = message;
    const today = new Date(at).toDateString();
    if (today !== day) rows.push({ kind: 'day', name: `day ${message.seq}`, at });
    day = today;
    if (message.seq === newFrom) rows.push({ kind: 'new', name: 'new' });
    say({ name: nameOf(message), author, role, at, message });
  }
  for (const pending of talk.pending) {
    say({ name: pending.messageId, author: me, role: 'user', at: pending.at, pending });
  }
  for (const answer of talk.answers) {
    const author = { user_id: 'assistant', name: answer.model };
    say({ name: answer.streamId, author, role: 'assistant', answer });
  }
  return rows;
}

/** The first message behind a read mark that somebody else wrote, if it was there when the conversation was opened. */
export function firstNew(talk: Talk, userId: string, mark: number, head: number): number | null {
  const first = talk.messages.find(({ seq, author }) => seq > mark && author.user_id !== userId);
  return first && first.seq <= head && talk.first <= mark + 1 ? first.seq : null;
}

/** Who has read the last message that somebody wrote. */
export function readersOf({ messages, participants }: Talk, userId: string): { name: string; ids: string[] } {
  const last = messages.findLast(({ author, role }) => author.user_id === userId && role === 'user');
  if (!last || last.deleted_at) return { name: '', ids: [] };
  const readers = participants.filter((one) => one.user_id !== userId && one.read_seq >= last.seq);
  return { name: nameOf(last), ids: readers.map(({ user_id }) => user_id) };
}

/** The answer that was written and its message are one line. */
function nameOf({ message_id, role, metadata }: MessageView): string {
  const stream = role === 'assistant' ? metadata?.stream_id : undefined;
  return typeof stream === 'string' ? stream : message_id;
}

function isOneGo(one: Said, other: Pick<Said, 'author' | 'role' | 'at'>): boolean {
  if (other.role !== 'user' || one.role !== 'user' || !one.at || !other.at) return false;
  return one.author.user_id === other.author.user_id && Date.parse(other.at) - Date.parse(one.at) < ONE_GO;
}
