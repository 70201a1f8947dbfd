/**
 * Who else is here, as the canvas shows them.
 */

import type { Participant } from '@protocol';
import type { ReadableGraph } from '../../core/index.ts';
import { initials } from '../../state/person.ts';
import { type Layout, shownFor } from './layout.ts';

/** Somebody else. */
export interface Peer {
  readonly userId: string;
  readonly name: string;
  readonly initials: string;
  readonly color: string;
}

/** Everybody but this person: one's own other tabs are oneself. */
export function others(
  participants: ReadonlyMap<string, Participant>,
  own: { readonly userId: string; readonly clientId: string | undefined },
): Participant[] {
  return [...participants.values()].filter(
    ({ user_id, connections }) =>
      user_id !== own.userId && !(own.clientId !== undefined && connections.includes(own.clientId)),
  );
}

export function peerOf({ user_id, name = user_id, color }: Participant): Peer {
  return { userId: user_id, name, initials: initials(name), color };
}

/** Who selected which card. A hidden node is stood for by the card above it. Lists that did not change are the same ones as before. */
export function rings(
  graph: ReadableGraph,
  layout: Layout,
  participants: readonly Participant[],
  before: ReadonlyMap<string, readonly Peer[]>,
): ReadonlyMap<string, readonly Peer[]> {
  const found = new Map<string, Peer[]>();
  for (const participant of participants) {
    const cards = new Set((participant.selection ?? []).map((id) => shownFor(graph, layout, id)?.id));
    for (const id of cards) {
      if (id !== undefined) found.set(id, [...(found.get(id) ?? []), peerOf(participant)]);
    }
  }
  const kept = new Map([...found].map(([id, peers]) => [id, keep(before.get(id), peers)]));
  const isSame = kept.size === before.size && [...kept].every(([id, peers]) => before.get(id) === peers);
  return isSame ? before : kept;
}

function keep(before: readonly Peer[] | undefined, now: readonly Peer[]): readonly Peer[] {
  const isSame =
    before?.length === now.length &&
    now.every(({ userId, name, color }, index) => {
      const other = before[index];
      return other?.userId === userId && other.name === name && other.color === color;
    });
  return isSame && before ? before : now;
}
