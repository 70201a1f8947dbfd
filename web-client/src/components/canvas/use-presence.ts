/**
 * Tells the others where this person points and what is selected, and keeps who selected which card.
 */

import type { Participant } from '@protocol';
import { useReactFlow } from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { useParticipants, useView, useWorkspace } from '../../state/hooks.ts';
import type { CommonRows } from '../../state/pointers.ts';
import { who } from '../../state/who.ts';
import { useBoardStore } from './board.ts';
import type { Layout } from './layout.ts';
import { others, rings } from './peers.ts';
import { tell } from './pointer.ts';

/** Everybody but this person. */
export function useOthers(participants: ReadonlyMap<string, Participant>): Participant[] {
  const { session } = useWorkspace();
  const userId = useStore(who, (own) => own.userId);
  return useMemo(
    () => others(participants, { userId, clientId: session.clientId }),
    [participants, userId, session],
  );
}

/** What the canvas does as the pointer moves and leaves. */
export function usePointer(layout: Layout, rows: () => CommonRows) {
  const { session } = useWorkspace();
  const flow = useReactFlow();
  // Somewhere in the past nodes stand elsewhere: nobody would know what is meant.
  const isPresent = useView(({ at }) => at === null);
  const isTold = useRef(false);
  const clear = useMemo(
    () => () => {
      if (isTold.current) session.presence.set({ cursor: null });
      isTold.current = false;
    },
    [session],
  );
  useEffect(() => {
    if (!isPresent) clear();
    return clear;
  }, [clear, isPresent]);
  const move = (event: PointerEvent) => {
    if (!isPresent || event.pointerType === 'touch') return;
    const cursor = tell(layout, rows(), flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    if (cursor) {
      isTold.current = true;
      session.presence.set({ cursor });
    }
  };
  return { onPointerMove: move, onPointerLeave: clear };
}

/** Keeps who selected which card. */
function useRings(layout: Layout) {
  const { graph } = useWorkspace();
  const board = useBoardStore();
  const participants = useOthers(useParticipants());
  useEffect(() => {
    const before = board.getState().rings;
    const now = rings(graph, layout, participants, before);
    if (now !== before) board.setState({ rings: now });
  }, [board, graph, layout, participants]);
}

/** Nothing to see: apart from the canvas, which must not be rendered with every move of somebody's pointer. */
export function Together({ layout }: { layout: Layout }) {
  useRings(layout);
  return null;
}
