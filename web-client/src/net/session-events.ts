/**
 * What a session needs, and what it tells.
 */

import type { AnyGraphEvent, AuthExpiringEvent, MemberRole, Participant } from '@protocol';
import type { Credentials } from './credentials.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { Refusal } from './refusal.ts';

/** How things stand between this client and the server. */
export type Status =
  /** The first join is under way. */
  | 'connecting'
  /** Everything is here, and comes as it happens. */
  | 'live'
  /** There is a connection, and what was missed is on its way. */
  | 'catching-up'
  /** There is no connection; the next attempt will come. */
  | 'offline'
  /** The server does not want this client: no attempt will come by itself. */
  | 'refused'
  /** The project was deleted, or is not there. */
  | 'gone';

/** What a session tells. */
export interface SessionEvents {
  status: Status;
  /** Graph events as they were taken in; not those of a graph that was read whole. */
  events: readonly AnyGraphEvent[];
  /** Who is here, and what they are at. */
  presence: ReadonlyMap<string, Participant>;
  /** What this person is in the project, with every join. */
  role: MemberRole;
  /** A command that was given before this page was opened, or in another one, was refused. */
  refused: { entry: OutboxEntry; refusal: Refusal };
  /** Commands were given up, since there is no such project any more. Who waits for one of them is told so, too. */
  dropped: { entries: readonly OutboxEntry[]; refusal: Refusal };
  /** How many commands were not answered yet. */
  unanswered: number;
  /** The proof of who this is ends soon: `authenticate` with a new one. */
  expiring: AuthExpiringEvent;
}

/** What a session needs. */
export interface SessionOptions {
  /** The server's address; nothing for the page's own. */
  readonly url?: string;
  readonly sessionId: string;
  /** Who joins, asked at every connect. */
  readonly credentials: () => Credentials;
  /** Where commands wait; as long as the page is open if nothing is given. */
  readonly outbox?: Outbox;
  /** How `socket.io-client` connects; both, polling first, if nothing is given. */
  readonly transports?: ('websocket' | 'polling')[];
}
