/**
 * Messages that were not answered yet, kept where a reload does not reach. The same may be sent from two windows: it is there once,
 * by its id.
 */

import type { PendingMessage } from '../core/index.ts';
import type { Conversation } from '../net/index.ts';
import { who } from './who.ts';

const PREFIX = 'graphroom-unsaid ';
/** After so long nobody waits for it any more, in milliseconds. */
const FORGOTTEN_AFTER = 30 * 24 * 60 * 60_000;

interface Kept {
  readonly userId: string;
  readonly conversationId: string;
  readonly message: PendingMessage;
}

/** Takes up what this person wanted to say there, and keeps what is said from now on until it is answered. */
export function keepUnsaid(conversation: Conversation): void {
  const { userId } = who.getState();
  const left = all().filter((kept) => kept.userId === userId && kept.conversationId === conversation.id);
  const known = new Set(left.map(({ message }) => message.messageId));
  conversation.subscribe(() => {
    const { pending } = conversation.talk;
    const now = new Set(pending.map(({ messageId }) => messageId));
    for (const message of pending) {
      if (!known.has(message.messageId)) keep({ userId, conversationId: conversation.id, message });
      known.add(message.messageId);
    }
    for (const messageId of known) {
      if (now.has(messageId)) continue;
      known.delete(messageId);
      forget(messageId);
    }
  });
  if (left.length > 0) conversation.voice.takeUp(left.map(({ message }) => message));
}

/** What was not said, in its order. */
function all(): Kept[] {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    const kept = names.map((name) => JSON.parse(localStorage.getItem(name) ?? 'null') as Kept | null);
    const there = kept.filter((one): one is Kept => typeof one?.message?.messageId === 'string');
    const [fresh, old] = [there.filter(isFresh), there.filter((one) => !isFresh(one))];
    for (const { message } of old) forget(message.messageId);
    return fresh.sort((one, other) => (one.message.at < other.message.at ? -1 : 1));
  } catch {
    return [];
  }
}

function isFresh({ message }: Kept): boolean {
  return Date.now() - Date.parse(message.at) < FORGOTTEN_AFTER;
}

function keep(kept: Kept) {
  try {
    localStorage.setItem(PREFIX + kept.message.messageId, JSON.stringify(kept));
  } catch {
    // Without storage it is lost by a reload.
  }
}

function forget(messageId: string) {
  try {
    localStorage.removeItem(PREFIX + messageId);
  } catch {
    // Without storage it was not kept.
  }
}
