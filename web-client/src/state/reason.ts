/**
 * Why something was refused, for people.
 */

import { Refusal } from '../net/index.ts';
import { inWords } from './time.ts';

const ROLES: Record<string, string> = {
  'project:viewer': 'members of this project',
  'project:commenter': 'commenters, editors and owners of this project',
  'project:editor': 'editors and owners of this project',
  'project:owner': 'owners of this project',
  admin: 'admins of this server',
};

/** What happened, in a sentence or two. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Refusal)) return 'Something went wrong on this page. Reload it and try again.';
  switch (error.code) {
    case 'UNREACHABLE':
      return 'The server cannot be reached. Check your connection, then try again.';
    case 'FORBIDDEN':
      return forbidden(error);
    case 'RATE_LIMITED':
      return error.retryAfter === undefined
        ? `${error.message}.`
        : `${error.message}. Try again in ${inWords(error.retryAfter)}.`;
    case 'PROJECT_NOT_FOUND':
      return 'There is no such project, or you are not a member of it.';
    case 'PAYLOAD_TOO_LARGE':
      return 'That is more than the server takes at once.';
    default:
      return sentence(error.message);
  }
}

function forbidden({ details, message }: Refusal): string {
  const { rule, role } = (details ?? {}) as { rule?: unknown; role?: unknown };
  const who = typeof rule === 'string' ? ROLES[rule] : undefined;
  if (!who) return sentence(message);
  const yours = typeof role === 'string' ? ` You are ${article(role)} ${role} here.` : '';
  return `Only ${who} may do that.${yours}`;
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? 'an' : 'a';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
