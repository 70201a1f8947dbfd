/**
 * A colleague without a browser: a session of the client library, which does what a page would do.
 */

import { Session } from '../../src/net/index.ts';
import { until } from '../server.ts';
import type { Person } from './browser.ts';

/** Somebody joins. */
export async function colleague(
  url: string,
  sessionId: string,
  { userId, name, color }: Person,
): Promise<Session> {
  const session = new Session({ url, sessionId, credentials: () => ({ userId, name, color }) });
  await session.open();
  await until(
    () => session.status === 'live',
    () => `${name} never joined: ${session.status} ${session.refusal?.message ?? ''}`,
  );
  return session;
}

/** The id of a node by its name. */
export function idOf({ replica }: Session, name: string): string {
  for (const id of replica.ids()) if (replica.node(id)?.name === name) return id;
  throw new Error(`there is no node ${name}`);
}

/** Renames a node. */
export function renameNode(session: Session, nodeId: string, name: string): Promise<unknown> {
  return session.execute({
    command_type: 'UpdateProperty',
    data: { node_id: nodeId, property_id: 'name', new_value: name },
  });
}
