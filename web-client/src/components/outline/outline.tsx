/**
 * The project as a tree: its rows, what stands around them, and the menu and questions that they lead to.
 */

import { ActionIcon, Button, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowsMaximize, IconArrowsMinimize, IconPlus } from '@tabler/icons-react';
import { type Ref, useCallback, useId, useRef, useState } from 'react';
import { useChildren, useView, useWorkspace } from '../../state/hooks.ts';
import { addRoot } from '../../state/outline-edits.ts';
import type { Edit } from '../../state/outline-keys.ts';
import type { Rows } from '../../state/outline-rows.ts';
import { expand } from '../../state/selection.ts';
import { canEdit } from '../../state/workspace.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import classes from './outline.module.css';
import { type MenuPlace, RowMenu } from './row-menu.tsx';
import { runEdit } from './run-edit.ts';
import { Tree, type TreeHandle } from './tree.tsx';
import { add } from './use-clicks.ts';
import { useRows, useSize } from './use-rows.ts';
import { WaitDialog } from './wait-dialog.tsx';

const HELP = `The arrow keys move and open, letters find a name. Shift with the arrows selects several nodes.
Enter adds a node behind this one, Control Enter one below it. F2 renames, Delete deletes. Tab and Shift Tab indent and outdent,
Alt with the arrows moves. Escape and then Tab leave the outline.`;
const READING = 'The arrow keys move and open, letters find a name.';

/** How high a row is, in pixels: more where fingers point. */
const ROW = 30;
const TOUCHED_ROW = 40;

export function Outline() {
  const workspace = useWorkspace();
  const name = useView((view) => view.name);
  const isEditable = useView(canEdit);
  const rows = useRows();
  const height = useMediaQuery('(pointer: coarse)') ? TOUCHED_ROW : ROW;
  const helpId = useId();
  const tree = useRef<TreeHandle>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const [waiting, setWaiting] = useState<string | null>(null);
  const [said, say] = useState('');
  const edit = (what: Edit) => runEdit(workspace, rows, what, { say, ask: setAsked });
  const first = useRef<HTMLButtonElement>(null);
  const refocus = useCallback(() => {
    tree.current?.focus();
    // With the last node the tree goes: what makes the first one comes in its place.
    requestAnimationFrame(() => tree.current ?? first.current?.focus());
  }, []);

  return (
    <div className={classes.outline}>
      <Bar onMenu={setMenu} />
      {rows.list.length > 0 ? (
        <Tree
          key={height}
          ref={tree}
          height={height}
          rows={rows}
          label={`Outline of ${name}`}
          helpId={helpId}
          onEdit={edit}
          onMenu={setMenu}
          say={say}
        />
      ) : (
        <Empty ref={first} />
      )}
      <Start rows={rows} />
      <Foot />
      <VisuallyHidden id={helpId}>{isEditable ? HELP : READING}</VisuallyHidden>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <RowMenu
        place={menu}
        onClose={() => {
          setMenu(null);
          refocus();
        }}
        onEdit={edit}
        onWait={setWaiting}
      />
      <DeleteDialog
        ids={asked}
        onClose={() => {
          setAsked(null);
          refocus();
        }}
      />
      <WaitDialog
        id={waiting}
        onClose={() => {
          setWaiting(null);
          refocus();
        }}
      />
    </div>
  );
}

function Bar({ onMenu }: { onMenu: (place: MenuPlace) => void }) {
  const workspace = useWorkspace();
  const { graph, view } = workspace;
  const isEditable = useView(canEdit);
  const selected = useView(({ selection }) => selection.at(-1));
  const openAll = () =>
    expand(
      workspace,
      [...graph.ids()].filter((id) => graph.children(id).length > 0),
    );
  const closeAll = () => {
    const roots = graph.children(null);
    expand(
      workspace,
      [...view.getState().expanded].filter((id) => !roots.includes(id)),
      false,
    );
  };
  return (
    <div className={classes.bar}>
      <h2 className={classes.heading}>Outline</h2>
      {isEditable && selected && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="md"
          aria-label="Add below what is selected"
          title="Add below what is selected (Ctrl+Enter)"
          onClick={(event) => add(workspace, selected, event.currentTarget, onMenu)}
        >
          <IconPlus size={16} stroke={1.8} aria-hidden />
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="md"
        aria-label="Open all"
        title="Open all"
        onClick={openAll}
      >
        <IconArrowsMaximize size={16} stroke={1.8} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="md"
        aria-label="Close all"
        title="Close all"
        onClick={closeAll}
      >
        <IconArrowsMinimize size={16} stroke={1.8} aria-hidden />
      </ActionIcon>
    </div>
  );
}

/** A project that has nothing but its root says how to begin. */
function Start({ rows }: { rows: Rows }) {
  const { graph, schema } = useWorkspace();
  const isEditable = useView(canEdit);
  const root = rows.list.length === 1 ? rows.list[0]?.id : undefined;
  const children = useChildren(root ?? null);
  const type = schema.allowedBelow(graph.node(root ?? '')?.type ?? '')[0];
  if (!root || children.length > 0 || !isEditable || !type) return null;
  return (
    <p className={classes.start}>
      Press <b>Enter</b> or <b>+</b> to add a {type.name}.
    </p>
  );
}

function Empty({ ref }: { ref: Ref<HTMLButtonElement> }) {
  const workspace = useWorkspace();
  const isEditable = useView(canEdit);
  const type = workspace.schema.allowedBelow(null)[0];
  return (
    <div className={classes.empty}>
      <Text size="sm">There is nothing here{isEditable ? ' yet' : ''}.</Text>
      {isEditable && type && (
        <Button
          ref={ref}
          variant="light"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => addRoot(workspace)}
        >
          Add a {type.name}
        </Button>
      )}
    </div>
  );
}

function Foot() {
  const isEditable = useView(canEdit);
  const selected = useView(({ selection }) => selection.length);
  const size = useSize();
  const count = `${size.toLocaleString()} ${size === 1 ? 'node' : 'nodes'}`;
  return (
    <div className={classes.foot}>
      <span>{selected > 1 ? `${selected.toLocaleString()} of ${count} selected` : count}</span>
      {isEditable && <span className={classes.hint}>Tab indents · Esc, then Tab leaves</span>}
    </div>
  );
}
