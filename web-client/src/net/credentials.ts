/**
 * Who calls, as each transport is told.
 */

/** Who this client says it is, or shows that it is. */
export interface Credentials {
  /** The key of undo steps, `command_id`s and presence. */
  readonly userId: string;
  /** For people; 1 to 128 characters. */
  readonly name?: string;
  /** `#rrggbb`, what others see this person in; made from the user id by the server without it. */
  readonly color?: string;
  /** What proves it, where the server asks for proof: a session token, an access token or an API key. */
  readonly token?: string;
}

/** The headers that tell a route. */
export function headersOf(credentials: Credentials): Record<string, string> {
  if (credentials.token) return { authorization: `Bearer ${credentials.token}` };
  const headers: Record<string, string> = { 'x-graphroom-user': bytes(credentials.userId) };
  if (credentials.name) headers['x-graphroom-name'] = bytes(credentials.name);
  return headers;
}

/** What a socket shows as it connects. */
export function authOf(credentials: Credentials): Record<string, string> {
  const { userId, name, color, token } = credentials;
  const look: Record<string, string> = color ? { color } : {};
  if (token) return { ...tokenOf(token), ...look };
  return { user_id: userId, ...(name ? { name } : {}), ...look };
}

function tokenOf(token: string): Record<string, string> {
  if (token.startsWith('sess_')) return { session_token: token };
  return token.startsWith('sk_') ? { api_key: token } : { token };
}

/** The server reads headers as UTF-8; `fetch` takes characters for bytes. */
function bytes(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
