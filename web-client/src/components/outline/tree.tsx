/**
 * The rows of the outline, of which only those in view are there.
 *
 * The tree as a whole has the focus and names the row that keys work on: rows may come and go under it.
 */

import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type FocusEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import type { Edit } from '../../state/outline-keys.ts';
import { type Rows, shiftOf, shownAt } from '../../state/outline-rows.ts';
import { canEdit } from '../../state/workspace.ts';
import { DropLine } from './drop-line.tsx';
import { Pointers } from './pointers.tsx';
import { Row, rowId } from './row.tsx';
import type { MenuPlace } from './row-menu.tsx';
import classes from './tree.module.css';
import { useClicks } from './use-clicks.ts';
import { useDrop } from './use-drop.ts';
import { useKeys } from './use-keys.ts';
import { usePointer } from './use-pointer.ts';
import { INDENT } from './use-row-drag.ts';
import { useOthers } from './use-rows.ts';

/** So much of a row has to be in view for its name to be read, in pixels. */
const NAME = 200;

export interface TreeHandle {
  focus(): void;
}

interface Props {
  readonly rows: Rows;
  readonly ref: Ref<TreeHandle>;
  /** How high each row is, in pixels; it does not change. */
  readonly height: number;
  readonly label: string;
  /** The id of what explains the keys. */
  readonly helpId: string;
  readonly onEdit: (edit: Edit) => void;
  readonly onMenu: (place: MenuPlace) => void;
  readonly say: (text: string) => void;
}

export function Tree({ rows, ref, height, label, helpId, onEdit, onMenu, say }: Props) {
  const { graph } = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const latest = useRef(rows);
  const selection = useView((view) => view.selection);
  const renaming = useView((view) => view.renaming);
  const expanded = useView((view) => view.expanded);
  const isEditable = useView(canEdit);
  const others = useOthers();
  const drop = useDrop(scroller, latest);
  const selected = useMemo(() => new Set(selection), [selection]);
  const active = shownAt(rows, graph, selection.at(-1));

  const page = () => Math.max(Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1, 1);
  const { onKeyDown, anchor, tabLeaves } = useKeys({ rows, page, onEdit, say });
  const clicks = useClicks({ rows, anchor, onMenu });
  const pointer = usePointer();

  // What keys, the pointer or a name being written work on stays in the document, wherever the list is.
  const pinned = [active, renaming, drop.dragged[0]].flatMap((id) => rows.indexes.get(id ?? '') ?? []);
  const virtualizer = useVirtualizer({
    count: rows.list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), ...pinned])].sort((one, other) => one - other),
    useFlushSync: false,
  });

  useStillness(rows, latest, scroller, height);
  const at = active === undefined ? undefined : rows.indexes.get(active);
  const level = (at === undefined ? undefined : rows.list[at]?.level) ?? 1;
  const shown = useRef<{ id?: string; at: number; level: number }>({ at: 0, level: 1 });
  useEffect(() => {
    const before = shown.current;
    shown.current = { id: active, at: at ?? 0, level };
    if (at === undefined) return;
    // The row that keys work on is in view, and stays so where it goes; but who scrolled away from it is left alone.
    const list = scroller.current;
    if (before.id !== active || isInView(list, before.at * height, height))
      bringIntoView(list, at * height, height);
    if (before.id !== active || before.level !== level) bringNameIntoView(list, (level - 1) * INDENT);
  }, [active, at, level, height]);

  const focus = () => {
    scroller.current?.focus({ preventScroll: true });
    tabLeaves.current = false;
  };
  useImperativeHandle(ref, () => ({ focus }));
  const onFocus = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && scroller.current?.contains(relatedTarget)) tabLeaves.current = false;
  };
  const onBlur = () => {
    // The window may lose the focus and the tree have it still.
    if (document.activeElement !== scroller.current) tabLeaves.current = true;
  };

  const style: CSSProperties & Record<'--row-height', string> = { '--row-height': `${height}px` };
  return (
    <div
      ref={scroller}
      className={classes.tree}
      style={style}
      role="tree"
      tabIndex={0}
      aria-label={label}
      aria-describedby={helpId}
      aria-multiselectable
      aria-activedescendant={active && rowId(active)}
      data-outline
      onKeyDown={onKeyDown}
      {...pointer}
      onFocus={onFocus}
      onBlur={onBlur}
      onPointerDown={() => {
        tabLeaves.current = false;
      }}
      onClick={(event) => {
        clicks.onClick(event);
        if (event.target instanceof Element && event.target.closest('[data-act="toggle"]')) focus();
      }}
      onDoubleClick={clicks.onDoubleClick}
      onContextMenu={clicks.onContextMenu}
    >
      <div
        className={classes.rows}
        role="presentation"
        style={{ height: virtualizer.getTotalSize(), minWidth: rows.depth * INDENT + NAME }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows.list[index];
          return (
            row && (
              <Row
                key={row.id}
                {...row}
                top={start}
                isOpen={expanded.has(row.id)}
                isSelected={selected.has(row.id)}
                isActive={row.id === active}
                isRenaming={row.id === renaming}
                isEditable={isEditable}
                others={others.get(row.id)}
              />
            )
          );
        })}
        <Pointers rows={rows} rowHeight={height} />
        {drop.hover && <DropLine hover={drop.hover} rows={rows} rowHeight={height} />}
      </div>
    </div>
  );
}

/** Whether something so far from the top of a list is in view, at least in part. */
function isInView(list: HTMLElement | null, top: number, height: number): boolean {
  return list !== null && top > list.scrollTop - height && top < list.scrollTop + list.clientHeight;
}

/** Rolls a list no further than it takes to have all of a row in view. */
function bringIntoView(list: HTMLElement | null, top: number, height: number): void {
  if (!list) return;
  const { scrollTop, clientHeight } = list;
  if (top < scrollTop) list.scrollTop = top;
  else if (top + height > scrollTop + clientHeight) list.scrollTop = top + height - clientHeight;
}

/** Rolls a list sidewards so that a name that begins so far from the left can be read, and what it is below can be guessed. */
function bringNameIntoView(list: HTMLElement | null, left: number): void {
  if (!list || list.scrollWidth <= list.clientWidth) return;
  const { scrollLeft, clientWidth } = list;
  const isRead = left >= scrollLeft && left + NAME <= scrollLeft + clientWidth;
  if (!isRead) list.scrollLeft = left + NAME <= clientWidth ? 0 : left - 2 * INDENT;
}

/** Keeps what is in view where it is when rows come or go above it. */
function useStillness(
  rows: Rows,
  latest: React.RefObject<Rows>,
  scroller: React.RefObject<HTMLElement | null>,
  height: number,
) {
  useLayoutEffect(() => {
    const before = latest.current;
    latest.current = rows;
    const list = scroller.current;
    if (before === rows || !list || list.scrollTop === 0) return;
    const first = Math.ceil(list.scrollTop / height);
    const last = Math.min(first + Math.floor(list.clientHeight / height) - 1, before.list.length - 1);
    const shift = shiftOf(before, rows, first, last);
    if (shift !== 0) list.scrollTop += shift * height;
  }, [rows, latest, scroller, height]);
}
