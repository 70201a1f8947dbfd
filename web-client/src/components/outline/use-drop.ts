/**
 * What is dragged over the outline: where it would land, what opens under it, and how the list rolls at its ends.
 */

import { monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { extractInstruction, type Instruction } from '@atlaskit/pragmatic-drag-and-drop-hitbox/tree-item';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { ancestors } from '../../core/index.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { moveAll } from '../../state/outline-edits.ts';
import { canLand, type Landing, land, parentAt } from '../../state/outline-moves.ts';
import { inOrder, type Rows } from '../../state/outline-rows.ts';
import { expand, select } from '../../state/selection.ts';
import type { Workspace } from '../../state/workspace.ts';
import { isDragged } from './use-row-drag.ts';

/** After so long over a node it opens, in milliseconds. */
const OPENS_AFTER = 600;
/** So near an end the list rolls, in pixels. */
const ROLLS_WITHIN = 48;
/** How fast at most, in pixels a frame. */
const ROLLS_BY = 14;

/** Where what is dragged would land. */
export interface Hover extends Landing {
  readonly isAllowed: boolean;
  /** Why the template would not have it there. */
  readonly doubt: string | null;
}

/** What is dragged now, and where it would land. */
export interface Drop {
  readonly dragged: readonly string[];
  readonly hover: Hover | null;
}

const NOTHING: Drop = { dragged: [], hover: null };

export function useDrop(scroller: RefObject<HTMLElement | null>, rows: RefObject<Rows>): Drop {
  const workspace = useWorkspace();
  const [drop, setDrop] = useState(NOTHING);
  const hovered = drop.hover?.where === 'below' && drop.hover.isAllowed ? drop.hover.id : null;
  const rolling = useRoll(scroller);

  useEffect(() => {
    if (!hovered) return undefined;
    const timer = setTimeout(() => expand(workspace, [hovered]), OPENS_AFTER);
    return () => clearTimeout(timer);
  }, [workspace, hovered]);

  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => isDragged(source.data),
        onDrag({ location, source }) {
          if (!isDragged(source.data)) return;
          rolling.current = location.current.input.clientY;
          const target = location.current.dropTargets[0];
          const landing = target && landingOf(workspace, target.data);
          const next = landing ? hoverOf(workspace, source.data.ids, landing) : null;
          const { ids } = source.data;
          setDrop((now) =>
            now.dragged === ids && isSame(now.hover, next) ? now : { dragged: ids, hover: next },
          );
        },
        onDrop({ location, source }) {
          rolling.current = null;
          setDrop(NOTHING);
          const target = location.current.dropTargets[0];
          const landing = target && landingOf(workspace, target.data);
          if (!landing || !isDragged(source.data)) return;
          const ids = inOrder(rows.current, source.data.ids);
          void moveAll(workspace, land(workspace.graph, ids, landing));
          select(workspace, ids);
        },
      }),
    [workspace, rows, rolling],
  );
  return drop;
}

/** Where an instruction of the hit box leads. */
function landingOf({ graph }: Workspace, data: Record<string | symbol, unknown>): Landing | null {
  const found = extractInstruction(data);
  const { id } = data;
  if (!found || typeof id !== 'string') return null;
  const instruction: Instruction = found.type === 'instruction-blocked' ? found.desired : found;
  switch (instruction.type) {
    case 'reorder-above':
      return { where: 'before', id };
    case 'reorder-below':
      return { where: 'after', id };
    case 'make-child':
      return { where: 'below', id };
    case 'reparent': {
      // To the left of the last in a list: behind what is above it. Roots are left alone.
      const line = [...ancestors(graph, id), id];
      const above = line[Math.max(instruction.desiredLevel, 1)] ?? id;
      return { where: 'after', id: above };
    }
  }
}

function hoverOf(workspace: Workspace, ids: readonly string[], landing: Landing): Hover {
  const { graph, schema } = workspace;
  const parent = graph.node(parentAt(graph, landing) ?? '');
  const misfit = ids
    .map((id) => graph.node(id))
    .find((node) => node && parent && !schema.isAllowedBelow(node.type, parent.type));
  const doubt =
    misfit && parent
      ? `${schema.typeName(misfit.type)} below ${schema.typeName(parent.type)} is unusual`
      : null;
  return { ...landing, isAllowed: canLand(graph, ids, landing), doubt };
}

function isSame(one: Hover | null, other: Hover | null): boolean {
  return (
    one?.id === other?.id &&
    one?.where === other?.where &&
    one?.isAllowed === other?.isAllowed &&
    one?.doubt === other?.doubt
  );
}

/** Rolls the list while the pointer, whose height is kept in what this returns, is near one of its ends. */
function useRoll(scroller: RefObject<HTMLElement | null>): RefObject<number | null> {
  const pointer = useRef<number | null>(null);
  useEffect(() => {
    let frame = 0;
    const roll = () => {
      const box = scroller.current?.getBoundingClientRect();
      if (pointer.current === null || !box) {
        frame = 0;
        return;
      }
      const above = box.top + ROLLS_WITHIN - pointer.current;
      const below = pointer.current - (box.bottom - ROLLS_WITHIN);
      const depth = Math.min(Math.max(above, below, 0) / ROLLS_WITHIN, 1);
      if (depth > 0)
        scroller.current?.scrollBy({ top: (above > below ? -1 : 1) * Math.ceil(depth * ROLLS_BY) });
      frame = requestAnimationFrame(roll);
    };
    const end = monitorForElements({
      canMonitor: ({ source }) => isDragged(source.data),
      onDragStart: ({ location }) => {
        pointer.current = location.current.input.clientY;
        frame ||= requestAnimationFrame(roll);
      },
    });
    return () => {
      end();
      cancelAnimationFrame(frame);
    };
  }, [scroller]);
  return pointer;
}
