/**
 * Where what is dragged would land: a line between two rows, or a frame around one.
 */

import type { Rows } from '../../state/outline-rows.ts';
import classes from './tree.module.css';
import type { Hover } from './use-drop.ts';
import { INDENT } from './use-row-drag.ts';

export function DropLine({ hover, rows, rowHeight }: { hover: Hover; rows: Rows; rowHeight: number }) {
  const index = rows.indexes.get(hover.id);
  const row = index === undefined ? undefined : rows.list[index];
  if (index === undefined || !row) return null;
  const end = hover.where === 'after' ? endOf(rows, index) : index;
  const top = (hover.where === 'after' ? end + 1 : index) * rowHeight;
  return (
    <div
      className={hover.where === 'below' ? classes.dropFrame : classes.dropLine}
      data-state={hover.isAllowed ? (hover.doubt ? 'doubt' : undefined) : 'refused'}
      style={{ transform: `translateY(${top}px)`, insetInlineStart: 4 + (row.level - 1) * INDENT }}
      role="presentation"
    >
      {hover.isAllowed && hover.doubt && <span className={classes.dropNote}>{hover.doubt}</span>}
    </div>
  );
}

/** The last row of what shows below a row, or the row itself. */
function endOf(rows: Rows, index: number): number {
  const level = rows.list[index]?.level ?? 0;
  let end = index;
  while ((rows.list[end + 1]?.level ?? 0) > level) end += 1;
  return end;
}
