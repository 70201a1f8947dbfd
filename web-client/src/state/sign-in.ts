/**
 * Signing in and out.
 */

import { Refusal } from '../net/index.ts';
import { notify } from './notices.ts';
import { reasonOf } from './reason.ts';
import { api } from './server.ts';
import { inWords } from './time.ts';
import { signedIn, signedOut, who } from './who.ts';

/** Becomes the user, or throws the refusal; by an invitation the name becomes a user first. */
export async function signIn(userId: string, password: string, invitation?: string): Promise<void> {
  const token = await api.signIn(userId, password, invitation);
  signedIn(token.user_id, token.session_token);
}

/** Becomes nobody here, and ends what this browser had. */
export async function signOut(): Promise<void> {
  const { token } = who.getState();
  try {
    if (token) await api.revoke(token);
  } catch (error) {
    // What counts no more needs no end.
    const isOver = error instanceof Refusal && error.code === 'UNAUTHENTICATED';
    if (!isOver) {
      notify({
        kind: 'warning',
        title: 'Signed out in this browser only',
        text: `The server did not hear of it: ${reasonOf(error)} It forgets the sign-in after an hour without use.`,
      });
    }
  }
  signedOut();
}

/** Why a sign-in did not work. */
export function whyNot(error: unknown, byInvitation: boolean): string {
  const code = error instanceof Refusal ? error.code : undefined;
  if (code === 'UNAUTHENTICATED') {
    return byInvitation
      ? 'This invitation does not count: it was used or taken back, or its time is over. Ask for another one.'
      : 'The user or the password is wrong, or the user was disabled.';
  }
  if (error instanceof Refusal && code === 'RATE_LIMITED' && error.retryAfter !== undefined) {
    return `That was wrong too often. Try again in ${inWords(error.retryAfter)}.`;
  }
  if (code === 'CONFLICT' && byInvitation) return 'Somebody has that name already. Choose another one.';
  return reasonOf(error);
}
