/**
 * What can be done with a node, as a menu: one for the whole outline, opened where it was asked for.
 */

import { Kbd, Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconHourglass,
  IconHourglassOff,
  IconIndentDecrease,
  IconIndentIncrease,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { subtree } from '../../core/index.ts';
import { block } from '../../state/edits.ts';
import { useNode, useView, useWorkspace } from '../../state/hooks.ts';
import { addBelow } from '../../state/outline-edits.ts';
import type { Edit } from '../../state/outline-keys.ts';
import { expand } from '../../state/selection.ts';
import { canEdit } from '../../state/workspace.ts';
import { TypeIcon } from '../type-icon/type-icon.tsx';
import classes from './outline.module.css';

export interface MenuPlace {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Only the types that can be added, or everything. */
  readonly only?: 'types';
}

interface Props {
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
  readonly onEdit: (edit: Edit) => void;
  readonly onWait: (id: string) => void;
}

/** No button opens the menu but a place: what `Menu` would say of a button is said of nothing. Its types do not have this of `Popover`. */
const NO_BUTTON = { withRoles: false };

export function RowMenu({ place, onClose, ...does }: Props) {
  return (
    <Menu
      key={place && `${place.id} ${place.x} ${place.y}`}
      {...NO_BUTTON}
      opened={place !== null}
      onClose={onClose}
      position="bottom-start"
      offset={2}
      shadow="md"
      returnFocus={false}
      withInitialFocusPlaceholder={false}
      menuItemTabIndex={0}
      transitionProps={{ duration: 0 }}
    >
      <Menu.Target>
        <span style={{ position: 'fixed', left: place?.x ?? 0, top: place?.y ?? 0 }} />
      </Menu.Target>
      {place && <Items place={place} {...does} />}
    </Menu>
  );
}

function Items({
  place: { id, only },
  onEdit,
  onWait,
}: Omit<Props, 'place' | 'onClose'> & { place: MenuPlace }) {
  const workspace = useWorkspace();
  const node = useNode(id);
  const count = useView(({ selection }) => (selection.includes(id) ? selection.length : 1));
  const isEditable = useView(canEdit);
  if (!node) return null;
  const name = count > 1 ? `${count} nodes` : node.name;
  return (
    <Menu.Dropdown aria-label={only ? `Add below ${node.name}` : `What to do with ${name}`} miw={220}>
      {isEditable && count === 1 && <Types id={id} />}
      {isEditable && !only && (
        <>
          {count === 1 && <Menu.Divider />}
          {count === 1 && (
            <Item icon={<IconPencil size={16} />} keys="F2" onClick={() => onEdit('rename')}>
              Rename
            </Item>
          )}
          {node.parentId !== null && <Places onEdit={onEdit} />}
          {count === 1 && <Waiting id={id} onWait={onWait} />}
        </>
      )}
      {!only && count === 1 && workspace.graph.children(id).length > 0 && (
        <Opening id={id} isFirst={!isEditable} />
      )}
      {isEditable && !only && (
        <>
          <Menu.Divider />
          <Item icon={<IconTrash size={16} />} keys="Del" isGrave onClick={() => onEdit('delete')}>
            Delete{count > 1 && ` ${count} nodes`}
          </Item>
        </>
      )}
    </Menu.Dropdown>
  );
}

function Types({ id }: { id: string }) {
  const workspace = useWorkspace();
  const node = useNode(id);
  const types = node ? workspace.schema.allowedBelow(node.type) : [];
  return (
    <>
      <Menu.Label className={classes.label}>
        {types.length > 0 ? 'Add below' : 'Nothing belongs below this'}
      </Menu.Label>
      {types.map((type) => (
        <Menu.Item
          key={type.id}
          leftSection={<TypeIcon iconId={type.icon_id} />}
          onClick={() => addBelow(workspace, id, type.id)}
        >
          {type.name}
        </Menu.Item>
      ))}
    </>
  );
}

function Places({ onEdit }: Pick<Props, 'onEdit'>) {
  return (
    <>
      <Item icon={<IconArrowUp size={16} />} keys="Alt ↑" onClick={() => onEdit('move-up')}>
        Move up
      </Item>
      <Item icon={<IconArrowDown size={16} />} keys="Alt ↓" onClick={() => onEdit('move-down')}>
        Move down
      </Item>
      <Item icon={<IconIndentIncrease size={16} />} keys="Tab" onClick={() => onEdit('indent')}>
        Indent
      </Item>
      <Item icon={<IconIndentDecrease size={16} />} keys="⇧ Tab" onClick={() => onEdit('outdent')}>
        Outdent
      </Item>
    </>
  );
}

function Waiting({ id, onWait }: { id: string } & Pick<Props, 'onWait'>) {
  const workspace = useWorkspace();
  const waitsFor = useNode(useNode(id)?.blockedBy);
  return (
    <>
      <Menu.Divider />
      <Item icon={<IconHourglass size={16} />} onClick={() => onWait(id)}>
        Waits for…
      </Item>
      {waitsFor && (
        <Item icon={<IconHourglassOff size={16} />} onClick={() => void block(workspace, id, null)}>
          Waits no longer for {waitsFor.name}
        </Item>
      )}
    </>
  );
}

function Opening({ id, isFirst }: { id: string; isFirst: boolean }) {
  const workspace = useWorkspace();
  const all = (isOpen: boolean) => expand(workspace, subtree(workspace.graph, id), isOpen);
  return (
    <>
      {!isFirst && <Menu.Divider />}
      <Menu.Item onClick={() => all(true)}>Open everything below</Menu.Item>
      <Menu.Item onClick={() => all(false)}>Close everything below</Menu.Item>
    </>
  );
}

interface ItemProps {
  readonly icon: ReactNode;
  readonly keys?: string;
  /** Whether it takes something away. */
  readonly isGrave?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Item({ icon, keys, isGrave, onClick, children }: ItemProps) {
  return (
    <Menu.Item
      leftSection={icon}
      rightSection={
        keys && (
          <Kbd size="xs" className={classes.keys}>
            {keys}
          </Kbd>
        )
      }
      className={isGrave ? classes.grave : undefined}
      onClick={onClick}
    >
      {children}
    </Menu.Item>
  );
}
