/**
 * A table of any length, of which only the rows in view are in the page. Pressing a column's name sorts by it.
 */

import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useMemo, useRef, useState } from 'react';
import { type Key, type Order, pressed, sorted } from './sort.ts';
import classes from './table.module.css';

/** In pixels, as the style sheet has it. */
const ROW = 36;

export interface Column<Row> {
  readonly id: string;
  readonly name: string;
  /** As a grid's track. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** Whether it is left out where there is little room. */
  readonly isWide?: boolean;
  /** Without it nothing is sorted by it. */
  readonly key?: (row: Row) => Key;
  readonly cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly idOf: (row: Row) => string;
  /** The order at first; without it rows stay as they come. */
  readonly order?: Order;
  /** What stands there when there is no row. */
  readonly empty: string;
}

export function Table<Row>({ label, rows, columns, idOf, order: first, empty }: Props<Row>) {
  const [order, setOrder] = useState(first);
  const isNarrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const shown = isNarrow ? columns.filter(({ isWide }) => !isWide) : columns;
  const key = columns.find(({ id }) => id === order?.by)?.key;
  const isDown = order?.isDown ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a column's key is another function each time, and the same
  const all = useMemo(() => (key ? sorted(rows, key, isDown) : rows), [rows, order?.by, isDown]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: all.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => (all[index] === undefined ? index : idOf(all[index])),
    overscan: 8,
    useFlushSync: false,
  });
  const style = { '--tracks': shown.map(({ width }) => width).join(' ') } as CSSProperties;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <div ref={scroller} className={classes.scroller} tabIndex={0} style={style}>
      <table aria-label={label} aria-rowcount={all.length + 1} className={classes.table}>
        <thead className={classes.head}>
          <tr aria-rowindex={1} className={classes.tracks}>
            {shown.map((column) => (
              <Heading
                key={column.id}
                column={column}
                order={order}
                onPress={() => setOrder(pressed(order ?? NONE, column.id, !!column.isNumber))}
              />
            ))}
          </tr>
        </thead>
        <tbody className={classes.rows} style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, key: name, start }) => {
            const row = all[index];
            if (row === undefined) return null;
            return (
              <tr
                key={name}
                aria-rowindex={index + 2}
                className={`${classes.tracks} ${classes.row}`}
                style={{ transform: `translateY(${start}px)` }}
              >
                {shown.map(({ id, isNumber, cell }) => (
                  <td key={id} className={classes.cell} data-number={isNumber || undefined}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {all.length === 0 && <p className={classes.empty}>{empty}</p>}
    </div>
  );
}

/** No order: rows stay as they come. */
const NONE: Order = { by: '', isDown: false };

interface HeadingProps<Row> {
  readonly column: Column<Row>;
  readonly order: Order | undefined;
  readonly onPress: () => void;
}

function Heading<Row>({ column, order, onPress }: HeadingProps<Row>) {
  const { id, name, isNumber, key } = column;
  const isBy = order?.by === id;
  const Arrow = order?.isDown ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isBy ? (order.isDown ? 'descending' : 'ascending') : undefined}
      className={classes.cell}
      data-number={isNumber || undefined}
    >
      {key ? (
        <button type="button" className={classes.sort} onClick={onPress}>
          {name}
          {isBy && <Arrow size={13} aria-hidden />}
        </button>
      ) : (
        name
      )}
    </th>
  );
}
