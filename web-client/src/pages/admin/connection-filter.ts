/**
 * Which connections a text means.
 */

import type { ConnectionInfo } from '@protocol';

/** Those in which every word is somewhere: in who it is, where it comes from, what it is in, or what it comes by. */
export function found(connections: readonly ConnectionInfo[], text: string): readonly ConnectionInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return connections;
  return connections.filter((connection) => {
    const all = textOf(connection);
    return words.every((word) => all.includes(word));
  });
}

function textOf(connection: ConnectionInfo): string {
  const { user_id, name, client_id, connection_id, sid, ip_address, transport, sessions, project_ids } =
    connection;
  const ids = sessions.map(({ session_id }) => session_id);
  const parts = [
    user_id,
    name,
    client_id,
    connection_id,
    sid,
    ip_address,
    transport,
    connection.metadata.protocol,
  ];
  return [...parts, ...ids, ...project_ids].join('\n').toLowerCase();
}
