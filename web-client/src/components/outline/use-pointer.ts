/**
 * Tells the others at which row of the outline this person points.
 */

import { type PointerEvent, useEffect, useMemo } from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { commonRowsOf, tell } from '../../state/pointers.ts';

/** How much of the way to the next column the width of the outline is. */
const WIDTH = 0.6;

export function usePointer() {
  const { session, graph } = useWorkspace();
  // Somewhere in the past nodes stand elsewhere: nobody would know what is meant.
  const isPresent = useView(({ at }) => at === null);
  const pointer = useMemo(() => {
    let isTold = false;
    return {
      move({ target, pointerType, clientX, clientY }: PointerEvent) {
        const row = target instanceof Element ? target.closest<HTMLElement>('[data-node]') : null;
        if (!row?.dataset.node || pointerType === 'touch') return;
        const { left, top, width, height } = row.getBoundingClientRect();
        const across = ((clientX - left) / width - 0.5) * WIDTH;
        const down = (clientY - top) / height - 0.5;
        const cursor = tell(commonRowsOf(graph), { id: row.dataset.node, across, down });
        if (cursor) session.presence.set({ cursor });
        isTold ||= cursor !== null;
      },
      leave() {
        if (isTold) session.presence.set({ cursor: null });
        isTold = false;
      },
    };
  }, [session, graph]);
  useEffect(() => {
    if (!isPresent) pointer.leave();
    return pointer.leave;
  }, [pointer, isPresent]);
  return { onPointerMove: isPresent ? pointer.move : undefined, onPointerLeave: pointer.leave };
}

/** Where in the width of the outline somebody points, from 0 to 1. */
export function shareOfWidth(across: number): number {
  return Math.min(Math.max(across / WIDTH + 0.5, 0.1), 0.9);
}
