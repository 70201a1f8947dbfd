/**
 * Who else is here, as the canvas shows them.
 */

import type { Participant } from '@protocol';
import type { ReadableGraph } from '../../core/index.ts';
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
  return { userId: user_id, name, initials: initialsOf(name), color };
}

/** Up to two letters: of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('');
}

/** Black or white, whatever can be read on a colour. */
export function inkOn(color: string): '#000' | '#fff' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  // Where black and white have the same contrast.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
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
