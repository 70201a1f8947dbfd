/**
 * Dragging a card onto another one, and drawing a line from what blocks to what has to wait.
 */

import {
  type Connection,
  type IsValidConnection,
  type NodeChange,
  type OnConnect,
  type OnNodeDrag,
  type OnNodesChange,
  useReactFlow,
} from '@xyflow/react';
import { useEffect } from 'react';
import { block } from '../../state/edits.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { putBelow, taken } from './acts.ts';
import { useBoard, useBoardStore } from './board.ts';
import type { CardNode, LineEdge } from './elements.ts';
import type { Layout } from './layout.ts';
import { canMoveBelow, canWait } from './relations.ts';
import { cardAt } from './viewport.ts';

export function useDrag(layout: Layout) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const flow = useReactFlow();

  const onNodesChange: OnNodesChange<CardNode> = (changes) => {
    const moved = changes.find(isMove);
    if (!moved?.position) return;
    const { x, y } = moved.position;
    const { drag } = board.getState();
    if (drag?.id === moved.id) board.setState({ drag: { ...drag, x, y } });
  };

  const onNodeDragStart: OnNodeDrag<CardNode> = (_, { id, position }) => {
    if (canEdit(workspace.view.getState()))
      board.setState({ drag: { id, ids: taken(workspace, id), ...position }, drop: null });
  };

  const onNodeDrag: OnNodeDrag<CardNode> = (event) => {
    const { drag, drop } = board.getState();
    const place = placeOf(event);
    if (!drag || !place) return;
    const { x, y } = flow.screenToFlowPosition(place);
    const under = layout.cards.filter(({ id }) => id !== drag.id);
    const target = cardAt(under, x, y)?.id;
    const isPossible = target !== undefined && canMoveBelow(workspace.graph, drag.ids, target);
    if ((isPossible ? target : undefined) === drop?.id) return;
    board.setState({ drop: isPossible ? { id: target, isUsual: isUsual(drag.ids, target) } : null });
  };

  const isUsual = (ids: readonly string[], target: string) => {
    const { graph, schema } = workspace;
    const parentType = graph.node(target)?.type ?? null;
    return ids.every((id) => schema.isAllowedBelow(graph.node(id)?.type ?? '', parentType));
  };

  const onNodeDragStop: OnNodeDrag<CardNode> = () => {
    const { drag, drop } = board.getState();
    board.setState({ drag: null, drop: null });
    if (drag && drop) putBelow(workspace, drag.ids, drop.id);
  };

  const onConnect: OnConnect = ({ source, target }) => void block(workspace, target, source);

  const isValidConnection: IsValidConnection<LineEdge> = ({ source, target }: Connection | LineEdge) =>
    canWait(workspace.graph, target, source);

  return { onNodesChange, onNodeDragStart, onNodeDrag, onNodeDragStop, onConnect, isValidConnection };
}

/** Escape lets go of the card, which is where it was. */
export function useDragEscape() {
  const board = useBoardStore();
  const isDragging = useBoard(({ drag }) => drag !== null);
  useEffect(() => {
    if (!isDragging) return;
    const letGo = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      board.setState({ drag: null, drop: null });
    };
    window.addEventListener('keydown', letGo, true);
    return () => window.removeEventListener('keydown', letGo, true);
  }, [board, isDragging]);
}

function isMove(change: NodeChange<CardNode>): change is Extract<NodeChange<CardNode>, { type: 'position' }> {
  return change.type === 'position';
}

function placeOf(event: MouseEvent | TouchEvent | React.MouseEvent): { x: number; y: number } | undefined {
  if ('clientX' in event) return { x: event.clientX, y: event.clientY };
  const touch = event.touches[0];
  return touch && { x: touch.clientX, y: touch.clientY };
}
