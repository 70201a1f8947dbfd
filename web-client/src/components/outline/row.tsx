/**
 * One row of the outline. It shows; what clicks and keys do is the tree's matter, which finds the row by `data-node` and the button
 * by `data-act`.
 */

import { IconChevronRight, IconDots, IconHourglass, IconPlus } from '@tabler/icons-react';
import { type CSSProperties, memo, useRef } from 'react';
import type { GraphNode } from '../../core/index.ts';
import { useChildren, useNode, useWorkspace } from '../../state/hooks.ts';
import type { Other } from '../../state/outline-others.ts';
import type { Row as Place } from '../../state/outline-rows.ts';
import { Indicator } from '../indicator/indicator.tsx';
import { TypeIcon } from '../type-icon/type-icon.tsx';
import classes from './row.module.css';
import { NameInput, RowName } from './row-name.tsx';
import { doing, RowOthers } from './row-others.tsx';
import { useRowDrag } from './use-row-drag.ts';

export interface RowProps extends Place {
  /** How far from the top of the list, in pixels. */
  readonly top: number;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  /** Whether keys work on it. */
  readonly isActive: boolean;
  readonly isRenaming: boolean;
  readonly isEditable: boolean;
  readonly others: readonly Other[] | undefined;
}

/** The id of a row in the document. */
export function rowId(id: string): string {
  return `outline-${id}`;
}

export const Row = memo(function Row(props: RowProps) {
  const node = useNode(props.id);
  // What was deleted goes with the next drawing of the tree.
  return node ? <NodeRow node={node} {...props} /> : null;
});

function NodeRow({ node, ...props }: RowProps & { node: GraphNode }) {
  const { id, level, position, siblings, isOpen, isSelected, isActive, isRenaming, isEditable, others } =
    props;
  const { schema, graph } = useWorkspace();
  const children = useChildren(id);
  const waitsFor = useNode(node.blockedBy);
  const element = useRef<HTMLDivElement>(null);
  const hasChildren = children.length > 0;
  const isShown = hasChildren && isOpen;
  useRowDrag(element, {
    id,
    level,
    isShown,
    isLast: position === siblings,
    isOff: !isEditable || isRenaming,
  });

  const told = schema.indicator(node);
  const stands = told && `${told.property.name}: ${told.option.name}`;
  const type = schema.type(node.type);
  const waits =
    node.blockedBy && `Waits for ${waitsFor?.name ?? graph.node(node.blockedBy)?.name ?? 'another node'}`;
  const label = [node.name, stands, waits, ...(others?.map(doing) ?? [])].filter(Boolean).join(', ');
  const style: CSSProperties & Record<'--level' | '--other', unknown> = {
    transform: `translateY(${props.top}px)`,
    '--level': level - 1,
    '--other': others?.[0]?.color,
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active row
    <div
      ref={element}
      id={rowId(id)}
      className={classes.row}
      style={style}
      role="treeitem"
      aria-label={label}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-expanded={hasChildren ? isShown : undefined}
      aria-selected={isSelected}
      data-node={id}
      data-active={isActive || undefined}
      data-others={others ? true : undefined}
    >
      {hasChildren ? (
        <button
          type="button"
          tabIndex={-1}
          className={classes.chevron}
          data-act="toggle"
          data-open={isShown || undefined}
          aria-label={`${isShown ? 'Close' : 'Open'} ${node.name}`}
        >
          <IconChevronRight size={14} stroke={2} aria-hidden />
        </button>
      ) : (
        <span className={classes.chevron} />
      )}
      <TypeIcon iconId={type?.icon_id} className={classes.icon} />
      {told && <Indicator option={told.option} label={stands} />}
      {isRenaming ? <NameInput id={id} name={node.name} /> : <RowName name={node.name} />}
      {waits && (
        <span className={classes.waits} title={waits} aria-hidden>
          <IconHourglass size={13} stroke={2} />
        </span>
      )}
      <span className={classes.end}>
        {hasChildren && !isOpen && (
          <span
            className={classes.count}
            data-count={children.length}
            title={`${children.length} below`}
            aria-hidden
          />
        )}
        {others && <RowOthers others={others} />}
        {!isRenaming && (
          <RowTools
            name={node.name}
            canAdd={isEditable && hasRoomBelow(type)}
            hasMenu={isEditable || hasChildren}
          />
        )}
      </span>
    </div>
  );
}

/** Whether a type says what belongs below it; what the template does not know may have anything there. */
function hasRoomBelow(type: { allowed_children: readonly string[] } | undefined): boolean {
  return type !== undefined && type.allowed_children.length > 0;
}

interface ToolsProps {
  readonly name: string;
  readonly canAdd: boolean;
  readonly hasMenu: boolean;
}

function RowTools({ name, canAdd, hasMenu }: ToolsProps) {
  return (
    <span className={classes.tools}>
      {canAdd && (
        <button
          type="button"
          tabIndex={-1}
          className={classes.tool}
          data-act="add"
          aria-label={`Add below ${name}`}
        >
          <IconPlus size={15} stroke={1.8} aria-hidden />
        </button>
      )}
      {hasMenu && (
        <button
          type="button"
          tabIndex={-1}
          className={classes.tool}
          data-act="menu"
          aria-haspopup="menu"
          aria-label={`What to do with ${name}`}
        >
          <IconDots size={15} stroke={1.8} aria-hidden />
        </button>
      )}
    </span>
  );
}
