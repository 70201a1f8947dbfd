/**
 * A node's card: its bullet, type and name, who has it selected, and what can be done with it.
 */

import { Tooltip } from '@mantine/core';
import { IconChevronRight, IconLock, IconMinus } from '@tabler/icons-react';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { type CSSProperties, memo } from 'react';
import { useNode, useView, useWorkspace } from '../../state/hooks.ts';
import { inkOn } from '../../state/person.ts';
import { Indicator } from '../indicator/indicator.tsx';
import { toggle } from './acts.ts';
import { AddMenu } from './add-menu.tsx';
import { useBoard, useBoardStore } from './board.ts';
import classes from './card.module.css';
import { CardName } from './card-name.tsx';
import parts from './card-parts.module.css';
import type { CardNode } from './elements.ts';
import type { Direction, Placed } from './layout.ts';
import type { Peer } from './peers.ts';
import { typeTone } from './type-tone.ts';

const NOBODY: readonly Peer[] = [];

export const Card = memo(function Card({
  id,
  data: { card, direction, canEdit },
  dragging,
}: NodeProps<CardNode>) {
  const { schema } = useWorkspace();
  const node = useNode(id);
  const place = useView(({ selection }) => (selection.at(-1) === id ? 'last' : selection.includes(id)));
  const drop = useBoard((board) => (board.drop?.id === id ? board.drop : null));
  const together = useBoard(({ drag }) => (drag?.id === id ? drag.ids.length : 1));
  const peers = useBoard(({ rings }) => rings.get(id)) ?? NOBODY;
  if (!node) return null;
  const told = schema.indicator(node);
  const ring = peers[0]?.color;
  return (
    <div
      id={`card-${id}`}
      className={classes.card}
      data-selected={place || undefined}
      data-drop={drop ? (drop.isUsual ? 'usual' : 'unusual') : undefined}
      data-dragging={dragging || undefined}
      data-ring={ring ? true : undefined}
      style={
        { '--tone': `var(--mantine-color-${typeTone(schema, node.type)}-6)`, '--ring': ring } as CSSProperties
      }
    >
      <div className={classes.head}>
        {told && (
          <span role="img" aria-label={told.option.name}>
            <Indicator option={told.option} label={told.option.name} />
          </span>
        )}
        <span className={classes.type}>{schema.typeName(node.type)}</span>
        {node.blockedBy && <Blocked by={node.blockedBy} />}
      </div>
      <CardName node={node} canEdit={canEdit} />
      {peers.length > 0 && <Rings peers={peers} />}
      {together > 1 && <span className={`${parts.badge} ${parts.count}`}>{together} nodes</span>}
      {canEdit && <AddMenu node={node} />}
      {card.children > 0 && <Toggle card={card} name={node.name} direction={direction} />}
      <Handle
        type="target"
        position={Position.Top}
        className={parts.target}
        isConnectableStart={false}
        aria-hidden
      />
      <Handle
        type="source"
        position={Position.Bottom}
        className={parts.source}
        data-hidden={!canEdit || undefined}
        title="Drag to what has to wait for this"
        aria-hidden
      />
    </div>
  );
});

function Blocked({ by }: { by: string }) {
  const text = `Waits for ${useNode(by)?.name ?? 'another node'}`;
  return (
    <span className={classes.blocked} role="img" aria-label={text} title={text}>
      <IconLock size={13} stroke={2.2} aria-hidden />
    </span>
  );
}

function Toggle({ card, name, direction }: { card: Placed; name: string; direction: Direction }) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const label = card.isOpen ? `Collapse ${name}` : `Expand ${name}, ${card.hidden} hidden`;
  return (
    <button
      type="button"
      // Arrow keys lead from card to card: a stop at each of them would be hundreds.
      tabIndex={-1}
      className={`${parts.toggle} nodrag nopan`}
      data-direction={direction}
      data-open={card.isOpen || undefined}
      aria-expanded={card.isOpen}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        toggle(workspace, board, card.id);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <span>
        {card.isOpen ? <IconMinus size={12} aria-hidden /> : card.hidden}
        {!card.isOpen && <IconChevronRight size={12} aria-hidden />}
      </span>
    </button>
  );
}

function Rings({ peers }: { peers: readonly Peer[] }) {
  const names = peers.map(({ name }) => name).join(', ');
  return (
    <Tooltip label={names} openDelay={300}>
      <span className={parts.peers} role="img" aria-label={`Selected by ${names}`}>
        {peers.slice(0, 3).map(({ userId, initials, color }) => (
          <span key={userId} className={parts.badge} style={{ background: color, color: inkOn(color) }}>
            {initials}
          </span>
        ))}
        {peers.length > 3 && <span className={`${parts.badge} ${parts.more}`}>+{peers.length - 3}</span>}
      </span>
    </Tooltip>
  );
}
