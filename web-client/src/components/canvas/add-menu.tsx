/**
 * The button on a card that adds a node below it, with a menu where there is more than one type to choose from.
 */

import { Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { GraphNode } from '../../core/index.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { addBelow, offer } from './acts.ts';
import { useBoard, useBoardStore } from './board.ts';
import parts from './card-parts.module.css';

export function AddMenu({ node }: { node: GraphNode }) {
  const workspace = useWorkspace();
  const board = useBoardStore();
  const isOpen = useBoard(({ adding }) => adding === node.id);
  const types = workspace.schema.allowedBelow(node.type);
  const isNaming = useBoard(({ naming }) => naming === node.id);
  if (types.length === 0 || isNaming) return null;
  const only = types.length === 1 ? types[0]?.name : undefined;
  const label = only ? `Add ${only} below ${node.name}` : `Add a node below ${node.name}`;
  const button = (
    <button
      type="button"
      tabIndex={-1}
      className={`${parts.add} nodrag nopan`}
      data-open={isOpen || undefined}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        if (isOpen) board.setState({ adding: null });
        else offer(workspace, board, node.id);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <IconPlus size={14} aria-hidden />
    </button>
  );
  if (only || !isOpen) return button;
  return (
    <Menu
      opened
      onClose={() => board.setState({ adding: null })}
      position="bottom-start"
      shadow="md"
      returnFocus
      withinPortal
      trapFocus
    >
      <Menu.Target>{button}</Menu.Target>
      {/* It stands elsewhere on the page, and yet React would tell the card of its clicks. */}
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        <Menu.Label>Add below {node.name}</Menu.Label>
        {types.map((type) => (
          <Menu.Item key={type.id} onClick={() => addBelow(workspace, board, node.id, type.id)}>
            {type.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
