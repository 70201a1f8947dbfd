/**
 * A row that can be dragged, and that others can be dropped on.
 */

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine';
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { pointerOutsideOfPreview } from '@atlaskit/pragmatic-drag-and-drop/element/pointer-outside-of-preview';
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview';
import { attachInstruction, type ItemMode } from '@atlaskit/pragmatic-drag-and-drop-hitbox/tree-item';
import { type RefObject, useEffect } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { topmostOf } from '../../state/outline-moves.ts';
import { select } from '../../state/selection.ts';
import type { Workspace } from '../../state/workspace.ts';
import classes from './row.module.css';

/** How far a level is from the one above it, in pixels; the style sheet has it too. */
export const INDENT = 16;

/** What is dragged, as drop targets see it. */
export type Dragged = Record<string | symbol, unknown> & {
  readonly kind: 'outline-nodes';
  readonly ids: readonly string[];
};

export function isDragged(data: Record<string | symbol, unknown>): data is Dragged {
  return data.kind === 'outline-nodes';
}

interface Options {
  readonly id: string;
  readonly level: number;
  /** Whether its children show. */
  readonly isShown: boolean;
  readonly isLast: boolean;
  readonly isOff: boolean;
}

export function useRowDrag(
  element: RefObject<HTMLElement | null>,
  { id, level, isShown, isLast, isOff }: Options,
) {
  const workspace = useWorkspace();
  useEffect(() => {
    const row = element.current;
    if (!row || isOff) return undefined;
    const mode: ItemMode = isShown ? 'expanded' : isLast ? 'last-in-group' : 'standard';
    return combine(
      draggable({
        element: row,
        getInitialData: (): Dragged => ({ kind: 'outline-nodes', ids: take(workspace, id) }),
        onGenerateDragPreview({ nativeSetDragImage, source }) {
          const count = isDragged(source.data) ? source.data.ids.length : 1;
          setCustomNativeDragPreview({
            nativeSetDragImage,
            getOffset: pointerOutsideOfPreview({ x: '12px', y: '8px' }),
            render: ({ container }) => {
              const chip = document.createElement('div');
              chip.className = classes.preview ?? '';
              chip.textContent = count > 1 ? `${count} nodes` : (workspace.graph.node(id)?.name ?? '');
              container.append(chip);
            },
          });
        },
      }),
      dropTargetForElements({
        element: row,
        canDrop: ({ source }) => isDragged(source.data),
        getData: ({ input, element: target }) =>
          attachInstruction(
            { id },
            { element: target, input, mode, currentLevel: level - 1, indentPerLevel: INDENT },
          ),
      }),
    );
  }, [element, workspace, id, level, isShown, isLast, isOff]);
}

/** What goes with a row that is dragged: all that is selected, if it is. */
function take(workspace: Workspace, id: string): readonly string[] {
  const { selection } = workspace.view.getState();
  if (selection.includes(id)) return topmostOf(workspace.graph, selection);
  select(workspace, [id]);
  return [id];
}
