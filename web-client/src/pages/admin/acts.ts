/**
 * What an admin can do to the server and who is connected: each with what is asked before, and what is said after.
 */

import type { SessionState } from '@protocol';
import type { LoadedSession } from '../../net/index.ts';
import { adminApi } from '../../state/admin.ts';
import { api } from '../../state/server.ts';
import { count } from './figures.ts';

export interface Act {
  /** The question. */
  readonly title: string;
  /** What comes of it. */
  readonly text: string;
  /** The button. */
  readonly label: string;
  /** Whether it takes something away. */
  readonly isSerious: boolean;
  /** What a reason is told to; without it none is asked for. */
  readonly reasonFor?: string;
  /** Where it leads; without it one stays. */
  readonly next?: string;
  /** Does it; answers what was done. */
  readonly run: (reason: string) => Promise<string>;
}

/** Cuts one connection. */
export function disconnect(connectionId: string, name: string): Act {
  return {
    title: `Disconnect ${name}?`,
    text: 'This connection ends now. Whoever may connect may connect again; what was sent before is kept.',
    label: 'Disconnect',
    isSerious: true,
    reasonFor: 'They are told',
    run: async (reason) => ended(await adminApi.disconnect({ connection_id: connectionId }, reason)),
  };
}

export function disconnectUser(userId: string): Act {
  return {
    title: `Disconnect ${userId} everywhere?`,
    text: 'All connections of this user end now. Whoever may connect may connect again.',
    label: 'Disconnect all',
    isSerious: true,
    reasonFor: 'They are told',
    run: async (reason) => ended(await adminApi.disconnect({ user_id: userId }, reason)),
  };
}

export function disconnectAll({ session_id, name, members }: LoadedSession): Act {
  return {
    title: `Disconnect everybody in “${name ?? session_id}”?`,
    text: `${count(members)} members lose their connection. Whoever may connect may connect again.`,
    label: 'Disconnect all',
    isSerious: true,
    reasonFor: 'They are told',
    run: async (reason) => ended(await adminApi.disconnect({ session_id }, reason)),
  };
}

function ended(connections: number): string {
  return connections === 1 ? 'One connection was ended.' : `${count(connections)} connections were ended.`;
}

/** Pauses a session, or goes on with it. */
export function setState(
  { session_id, name }: LoadedSession,
  state: SessionState & ('active' | 'paused'),
): Act {
  const isPause = state === 'paused';
  const what = `“${name ?? session_id}”`;
  return {
    title: isPause ? `Pause ${what}?` : `Go on with ${what}?`,
    text: isPause
      ? 'Nobody can change anything in it until somebody goes on with it. Everybody in it is told.'
      : 'Everybody in it can change things again, and is told.',
    label: isPause ? 'Pause' : 'Go on',
    isSerious: isPause,
    run: async () => {
      await api.setState(session_id, state);
      return isPause ? 'The session is paused.' : 'The session is active.';
    },
  };
}

export function unload({ session_id, name, members }: LoadedSession): Act {
  return {
    title: `Unload “${name ?? session_id}”?`,
    text: `It leaves the memory; nothing is lost. ${
      members > 0
        ? `Its ${count(members)} members are cut off and come back, which loads it again.`
        : 'Nobody is in it.'
    }`,
    label: 'Unload',
    isSerious: true,
    // Whoever stays and asks what happens in it loads it again.
    next: '/admin/sessions',
    run: async () => {
      await adminApi.unload(session_id);
      return 'The session was unloaded.';
    },
  };
}

export function maintain(isBegun: boolean): Act {
  return {
    title: isBegun ? 'Begin maintenance?' : 'End the maintenance?',
    text: isBegun
      ? 'New commands are refused everywhere, with the reason. What is there can still be read.'
      : 'Commands are taken again.',
    label: isBegun ? 'Begin' : 'End it',
    isSerious: isBegun,
    reasonFor: isBegun ? 'The reason' : undefined,
    run: async (reason) => {
      await adminApi.setMaintenance(isBegun, reason);
      return isBegun ? 'Maintenance began: commands are refused.' : 'Maintenance is over.';
    },
  };
}
