/**
 * Projects and sessions for tests.
 */

import type { Command } from '@protocol';
import { Api, type Credentials, Session, type SessionOptions } from '../src/net/index.ts';
import { until } from './server.ts';

export interface Made {
  readonly sessionId: string;
  readonly projectId: string;
  readonly root: string;
}

/** A project of the template `restomod`. */
export async function makeProject(
  url: string,
  credentials: Credentials = { userId: 'maker' },
): Promise<Made> {
  const made = await new Api(url, () => credentials).createProject('restomod', 'Mustang');
  return { sessionId: made.session_id, projectId: made.project_id, root: made.graph.roots[0]!.id };
}

/** A session that is live. */
export async function join(
  url: string,
  sessionId: string,
  userId: string,
  more: Partial<SessionOptions> = {},
): Promise<Session> {
  const session = new Session({ url, sessionId, credentials: () => ({ userId }), ...more });
  await session.open();
  await until(
    () => session.status === 'live',
    () => `${userId} never joined: ${session.status} ${session.refusal?.message ?? ''}`,
  );
  return session;
}

export function write(nodeId: string, property: string, value: unknown): Command {
  return {
    command_type: 'UpdateProperty',
    data: { node_id: nodeId, property_id: property, new_value: value },
  };
}

export function create(id: string, parentId: string | null, name = 'Body'): Command {
  return {
    command_type: 'CreateNode',
    data: { node_id: id, parent_id: parentId, blueprint_type_id: 'phase', name },
  };
}

/** Who wrote what, newest first. */
export async function authorsOf(url: string, projectId: string, credentials: Credentials): Promise<string[]> {
  const { entries } = await new Api(url, () => credentials).history(projectId, { limit: 200 });
  return entries.map(({ author, summary }) => `${author.user_id}: ${summary}`);
}
