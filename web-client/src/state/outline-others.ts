/**
 * Who else is at which node of the outline.
 */

import type { Participant } from '@protocol';

/** Somebody at a node. */
export interface Other {
  readonly userId: string;
  readonly name: string;
  readonly color: string;
  readonly isEditing: boolean;
}

export type Others = ReadonlyMap<string, readonly Other[]>;

/** Whoever selected many nodes shows at no more than these. */
const SHOWN = 50;

/**
 * The others by node. What did not change is what it was before, so that rows are drawn again only where somebody came or
 * went, and not with every move of a pointer.
 */
export function othersOf(participants: Iterable<Participant>, ownId: string, before: Others): Others {
  const now = new Map<string, Other[]>();
  for (const participant of participants) {
    if (participant.user_id === ownId) continue;
    for (const id of placesOf(participant)) {
      const at = now.get(id) ?? [];
      now.set(id, at);
      at.push(otherAt(id, participant));
    }
  }
  let isSame = now.size === before.size;
  const kept = new Map<string, readonly Other[]>();
  for (const [id, at] of now) {
    const was = before.get(id);
    const same = was && areSame(was, at);
    isSame &&= Boolean(same);
    kept.set(id, same ? was : at);
  }
  return isSame ? before : kept;
}

function placesOf({ selection = [], editing }: Participant): Set<string> {
  const last = selection.slice(-SHOWN);
  return new Set(editing ? [...last, editing.node_id] : last);
}

function otherAt(id: string, { user_id, name, color, editing }: Participant): Other {
  return { userId: user_id, name: name ?? user_id, color, isEditing: editing?.node_id === id };
}

function areSame(some: readonly Other[], others: readonly Other[]): boolean {
  return (
    some.length === others.length &&
    some.every((one, at) => {
      const other = others[at];
      return (
        other?.userId === one.userId &&
        other.name === one.name &&
        other.color === one.color &&
        other.isEditing === one.isEditing
      );
    })
  );
}
