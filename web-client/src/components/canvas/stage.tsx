/**
 * The canvas itself: React Flow with what is in sight, and what lies above it.
 */

import { useComputedColorScheme, VisuallyHidden } from '@mantine/core';
import { Background, BackgroundVariant, ReactFlow, useStore } from '@xyflow/react';
import { useId, useMemo, useRef } from 'react';
import { useNode, useView, useWorkspace } from '../../state/hooks.ts';
import { canEdit } from '../../state/workspace.ts';
import { name, select } from './acts.ts';
import { useBoard, useBoardStore } from './board.ts';
import { Card } from './card.tsx';
import { Cursors } from './cursors.tsx';
import { type CardNode, type Elements, elementsOf, type LineEdge } from './elements.ts';
import { Empty } from './empty.tsx';
import { Follow } from './follow.tsx';
import type { Layout } from './layout.ts';
import { Branch, Relation } from './lines.tsx';
import { Minimap } from './minimap.tsx';
import { Overview, useFarClick, useFarDoubleClick } from './overview.tsx';
import classes from './stage.module.css';
import { Toolbar } from './toolbar.tsx';
import { useDrag, useDragEscape } from './use-drag.ts';
import { KEYS, useKeys } from './use-keys.ts';
import { useLayout, useRelations, useRows } from './use-layout.ts';
import { Together, usePointer } from './use-presence.ts';
import { useCamera, useCentre, useFirstLook, useInSight, useMiddle, useSteady } from './use-view.ts';
import { type InSight, leastZoom } from './viewport.ts';

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { branch: Branch, relation: Relation };

export function Stage() {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const stage = useRef<HTMLDivElement>(null);
  const keysId = useId();
  const layout = useLayout();
  const rows = useRows();
  const camera = useCamera();
  const inSight = useInSight(layout);
  const isThere = useFirstLook(layout, camera);
  useSteady(layout, camera, stage);
  useCentre(layout, camera, isThere);
  useMiddle(camera, isThere);
  const { nodes, edges } = useElements(layout, inSight);
  const drag = useDrag(layout);
  useDragEscape();
  const pointer = usePointer(layout, rows);
  const onKeyDown = useKeys(layout);
  const farClick = useFarClick(layout);
  const farDoubleClick = useFarDoubleClick(camera);
  const isDragging = useBoard((state) => state.drag !== null);
  const scheme = useComputedColorScheme('light');
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);

  return (
    <div
      ref={stage}
      className={classes.stage}
      data-dragging={isDragging || undefined}
      data-there={isThere || undefined}
    >
      <ReactFlow<CardNode, LineEdge>
        className={classes.flow}
        colorMode={scheme}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...drag}
        {...pointer}
        onNodeClick={(event, { id }) => {
          select(workspace, id, event.shiftKey || event.ctrlKey || event.metaKey);
          focusFlow(stage.current);
        }}
        onNodeDoubleClick={(_, { id }) => name(workspace, board, id)}
        onEdgeClick={(_, { id }) =>
          stage.current?.querySelector<HTMLElement>(`[data-relation="${CSS.escape(id)}"]`)?.focus()
        }
        onEdgeMouseEnter={(_, { id }) => board.setState({ relation: id })}
        onEdgeMouseLeave={() => board.setState({ relation: null })}
        onPaneClick={(event) => {
          board.setState({ relation: null, adding: null });
          if (inSight.isTooMuch) farClick(event);
        }}
        onDoubleClick={inSight.isTooMuch ? farDoubleClick : undefined}
        onMoveStart={(event) => event && workspace.view.setState({ following: null })}
        onKeyDown={onKeyDown}
        tabIndex={0}
        aria-label="Graph canvas"
        aria-describedby={keysId}
        minZoom={leastZoom(layout, { width, height })}
        maxZoom={2}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        nodeDragThreshold={5}
        disableKeyboardA11y
        onError={warn}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        panOnScroll
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements
        attributionPosition="bottom-left"
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.5} color="var(--canvas-dots)" />
        <Cursors layout={layout} rows={rows} />
      </ReactFlow>
      {isThere && inSight.isTooMuch && <Overview layout={layout} />}
      {layout.cards.length === 0 ? <Empty /> : <Minimap layout={layout} camera={camera} />}
      <Toolbar layout={layout} camera={camera} />
      <Follow layout={layout} rows={rows} camera={camera} isThere={isThere} />
      <VisuallyHidden id={keysId}>{KEYS}</VisuallyHidden>
      <Together layout={layout} />
      <Spoken layout={layout} />
    </div>
  );
}

/** A canvas has no size while something else is shown in its place: that is no fault. */
function warn(code: string, message: string) {
  if (code !== '004') console.warn(message);
}

/** The elements of what is in sight. */
function useElements(layout: Layout, sight: InSight): Elements {
  const relations = useRelations(layout);
  const drag = useBoard((state) => state.drag);
  const isEditable = useView(canEdit);
  const before = useRef<Elements>({ nodes: [], edges: [] });
  return useMemo(() => {
    const scene = { layout, sight, relations, drag, canEdit: isEditable };
    before.current = elementsOf(scene, before.current);
    return before.current;
  }, [layout, sight, relations, drag, isEditable]);
}

/** What screen readers hear of the selection. */
function Spoken({ layout }: { layout: Layout }) {
  const { schema } = useWorkspace();
  const node = useNode(useView(({ selection }) => selection.at(-1)));
  const count = useView(({ selection }) => selection.length);
  const card = node && layout.byId.get(node.id);
  const below = !card?.children ? '' : card.isOpen ? ', expanded' : `, collapsed, ${card.hidden} hidden`;
  return (
    <VisuallyHidden role="status">
      {node && `${node.name}, ${schema.typeName(node.type)}${below}${count > 1 ? `, ${count} selected` : ''}`}
    </VisuallyHidden>
  );
}

function focusFlow(stage: HTMLElement | null) {
  if (
    document.activeElement?.closest('input, textarea, [contenteditable]') &&
    stage?.contains(document.activeElement)
  )
    return;
  stage?.querySelector<HTMLElement>('.react-flow')?.focus({ preventScroll: true });
}
