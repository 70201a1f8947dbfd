/**
 * The canvas's buttons.
 */

import { ActionIcon, Paper, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconBinaryTree,
  IconBinaryTree2,
  IconFold,
  IconMinus,
  IconPlus,
  IconArrowsDiagonal as IconUnfold,
} from '@tabler/icons-react';
import { useStore } from '@xyflow/react';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { openAll } from './acts.ts';
import { turn, useBoard, useBoardStore } from './board.ts';
import type { Layout } from './layout.ts';
import classes from './stage.module.css';
import { type Camera, showAll } from './use-view.ts';

export function Toolbar({ layout, camera }: { layout: Layout; camera: Camera }) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const direction = useBoard((state) => state.direction);
  const zoom = useStore(({ transform }) => Math.round(transform[2] * 100) || '<1');
  const isClosed = layout.cards.some(({ hidden }) => hidden > 0);
  return (
    <Paper className={classes.toolbar} withBorder shadow="xs" role="toolbar" aria-label="Graph view">
      <Tool label="Zoom out" onClick={() => camera.zoomBy(1 / 1.4)}>
        <IconMinus size={16} />
      </Tool>
      <span className={classes.zoom}>{zoom} %</span>
      <Tool label="Zoom in" onClick={() => camera.zoomBy(1.4)}>
        <IconPlus size={16} />
      </Tool>
      <Tool label="Show everything" onClick={() => showAll(layout, camera)}>
        <IconArrowsMaximize size={16} />
      </Tool>
      <span className={classes.rule} aria-hidden />
      <Tool
        label={direction === 'right' ? 'Let the tree grow down' : 'Let the tree grow to the right'}
        onClick={() => turn(board)}
      >
        {direction === 'right' ? (
          <IconBinaryTree size={16} />
        ) : (
          <IconBinaryTree2 size={16} style={{ transform: 'rotate(-90deg)' }} />
        )}
      </Tool>
      <Tool label={isClosed ? 'Expand all' : 'Collapse all'} onClick={() => openAll(workspace, isClosed)}>
        {isClosed ? <IconUnfold size={16} /> : <IconFold size={16} />}
      </Tool>
    </Paper>
  );
}

function Tool({ label, children, onClick }: { label: string; children: ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon variant="subtle" color="gray" size={28} aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
