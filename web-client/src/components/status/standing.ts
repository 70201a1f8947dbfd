/**
 * How things stand, in words. Pure: it is told everything that it says.
 */

import type { SessionState } from '@protocol';
import type { Status } from '../../net/index.ts';

/** What is known of it. */
export interface Situation {
  readonly status: Status;
  /** Seconds until the next attempt to connect; null while one is under way. */
  readonly retryIn: number | null;
  /** Edits without an answer. */
  readonly unanswered: number;
  /** Whether they have been waiting for longer than answers take. */
  readonly isSlow: boolean;
  readonly state: SessionState;
  /** Whether the past is shown. */
  readonly isPast: boolean;
  readonly isReader: boolean;
  /** Why the server does not want this client. */
  readonly reason: string | undefined;
}

export type Sign = 'live' | 'busy' | 'offline' | 'read-only' | 'refused';

export interface Standing {
  readonly sign: Sign;
  /** One or two words. */
  readonly label: string;
  /** A sentence about it. */
  readonly detail: string;
  /** What changes by the second, and is not read out. */
  readonly countdown?: string;
  /** "3 edits waiting". */
  readonly waiting?: string;
  readonly canRetry: boolean;
}

export function standing(situation: Situation): Standing {
  const { status, unanswered, isSlow } = situation;
  const isAway = status !== 'live';
  const shows = unanswered > 0 && (isAway || isSlow);
  return { ...bare(situation), waiting: shows ? edits(unanswered, isAway) : undefined };
}

function bare(situation: Situation): Omit<Standing, 'waiting'> {
  switch (situation.status) {
    case 'connecting':
      return { sign: 'busy', label: 'Connecting', detail: 'The project is being opened.', canRetry: false };
    case 'catching-up':
      return {
        sign: 'busy',
        label: 'Catching up',
        detail: 'What others changed meanwhile is on its way.',
        canRetry: false,
      };
    case 'offline':
      return {
        sign: 'offline',
        label: 'Offline',
        detail: 'There is no connection. Your edits are kept in this browser and sent when it is back.',
        countdown: situation.retryIn === null ? 'trying now' : `next try in ${situation.retryIn} s`,
        canRetry: situation.retryIn !== null,
      };
    case 'refused':
      return {
        sign: 'refused',
        label: 'Refused',
        detail: situation.reason ?? 'The server ended the connection.',
        canRetry: true,
      };
    case 'gone':
      return { sign: 'refused', label: 'Deleted', detail: 'This project was deleted.', canRetry: false };
    case 'live':
      return whileLive(situation);
  }
}

function whileLive({ isPast, isReader, state }: Situation): Omit<Standing, 'waiting'> {
  const readOnly = (label: string, detail: string) =>
    ({ sign: 'read-only', label, detail, canRetry: false }) as const;
  if (isPast) return readOnly('Past', 'This is the project as it was. Nothing can be changed in the past.');
  if (state === 'paused') return readOnly('Paused', 'The project is paused: it can be read, not changed.');
  if (state === 'completed') {
    return readOnly('Completed', 'The project is completed: it can be read, not changed.');
  }
  if (state === 'error') {
    return readOnly('Stopped', 'The project was stopped after an error: it can be read, not changed.');
  }
  if (isReader) return readOnly('View only', 'Your role lets you read this project, not change it.');
  return {
    sign: 'live',
    label: 'Live',
    detail: 'Everything is saved, and changes come as they happen.',
    canRetry: false,
  };
}

function edits(count: number, isAway: boolean): string {
  const some = count === 1 ? '1 edit' : `${count} edits`;
  return isAway ? `${some} waiting` : `saving ${some}`;
}
