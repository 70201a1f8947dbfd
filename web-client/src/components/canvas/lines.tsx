/**
 * The lines between cards: light ones from parents to children, red ones from what blocks to what waits.
 */

import { IconX } from '@tabler/icons-react';
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, useInternalNode } from '@xyflow/react';
import { memo } from 'react';
import { block } from '../../state/edits.ts';
import { useNode, useWorkspace } from '../../state/hooks.ts';
import { useBoard, useBoardStore } from './board.ts';
import { bow, branch } from './curves.ts';
import type { BranchEdge, RelationEdge } from './elements.ts';
import classes from './lines.module.css';

export const Branch = memo(function Branch({ source, target, data }: EdgeProps<BranchEdge>) {
  const parent = useInternalNode(source)?.internals.positionAbsolute;
  const child = useInternalNode(target)?.internals.positionAbsolute;
  if (!parent || !child) return null;
  return <path className={classes.branch} d={branch(parent, child, data?.direction ?? 'right')} />;
});

export const Relation = memo(function Relation({
  id,
  source,
  target,
  data,
  markerEnd,
}: EdgeProps<RelationEdge>) {
  const from = useInternalNode(source)?.internals.positionAbsolute;
  const to = useInternalNode(target)?.internals.positionAbsolute;
  const board = useBoardStore();
  const isSelected = useBoard(({ relation }) => relation === id);
  const label = useLabel(source, target);
  if (!from || !to || !data) return null;
  const { path, middle } = bow(from, to, data.direction);
  const { blocked } = data.relation;
  return (
    <>
      <BaseEdge
        path={path}
        markerEnd={markerEnd}
        interactionWidth={20}
        className={classes.relation}
        data-selected={isSelected || undefined}
        data-stands-for={blocked === null || undefined}
      />
      <EdgeLabelRenderer>
        <div
          className={`${classes.label} nodrag nopan`}
          data-selected={isSelected || undefined}
          style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
        >
          {blocked === null || !data.canEdit ? (
            <span role="img" aria-label={label} title={label} className={classes.dot} />
          ) : (
            <Remove
              id={id}
              blocked={blocked}
              label={label}
              onFocus={() => board.setState({ relation: id })}
            />
          )}
        </div>
      </EdgeLabelRenderer>
    </>
  );
});

/** The one stop on a relation for the keyboard. */
function Remove({
  id,
  blocked,
  label,
  onFocus,
}: {
  id: string;
  blocked: string;
  label: string;
  onFocus: () => void;
}) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const remove = () => {
    board.setState({ relation: null });
    void block(workspace, blocked, null);
  };
  return (
    <button
      type="button"
      className={classes.remove}
      data-relation={id}
      aria-label={`${label}. Remove this`}
      title={`${label}. Remove this`}
      onFocus={onFocus}
      onBlur={() => board.getState().relation === id && board.setState({ relation: null })}
      onClick={(event) => {
        event.stopPropagation();
        remove();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Delete' && event.key !== 'Backspace') return;
        event.stopPropagation();
        remove();
      }}
    >
      <IconX size={12} stroke={2.5} aria-hidden />
    </button>
  );
}

function useLabel(source: string, target: string): string {
  const blocker = useNode(source)?.name ?? 'another node';
  const blocked = useNode(target)?.name ?? 'A node';
  return `${blocked} waits for ${blocker}`;
}
