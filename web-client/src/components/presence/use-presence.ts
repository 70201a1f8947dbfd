/**
 * Parts of who is here: rendered again when that part changes, not with every move of a pointer.
 */

import type { Participant } from '@protocol';
import { useCallback, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { useWorkspace } from '../../state/hooks.ts';
import { who } from '../../state/who.ts';

/** What a selection of the participants is now; `select` answers something flat. */
export function usePresence<Part>(select: (all: ReadonlyMap<string, Participant>) => Part): Part {
  const { session } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => session.on('presence', listener), [session]);
  const pick = useShallow(select);
  return useSyncExternalStore(subscribe, () => pick(session.presence.participants));
}

/** Who this person is to the others. */
export function useMe(): string {
  return useStore(who, ({ userId }) => userId);
}

/** A colleague, as others see it. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly color: string;
}

export function personOf({ user_id, name, color }: Participant): Person {
  return { userId: user_id, name: name ?? user_id, color };
}

/** Who else is editing a property now. */
export function useEditors(nodeId: string, propertyId: string): readonly Person[] {
  const me = useMe();
  const flat = usePresence((all) =>
    [...all.values()]
      .filter(({ user_id, editing }) => user_id !== me && isAt(editing, nodeId, propertyId))
      .flatMap(({ user_id, name, color }) => [user_id, name ?? user_id, color]),
  );
  return inThrees(flat);
}

function isAt(editing: Participant['editing'], nodeId: string, propertyId: string): boolean {
  return editing?.node_id === nodeId && editing.property_id === propertyId;
}

function inThrees(flat: readonly string[]): Person[] {
  const people: Person[] = [];
  for (let at = 0; at + 2 < flat.length; at += 3) {
    people.push({ userId: flat[at] ?? '', name: flat[at + 1] ?? '', color: flat[at + 2] ?? '' });
  }
  return people;
}
