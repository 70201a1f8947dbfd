/**
 * The order of rows.
 */

/** What rows are ordered by; nothing is last, whichever way. */
export type Key = string | number | null | undefined;

export interface Order {
  /** The column. */
  readonly by: string;
  readonly isDown: boolean;
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The rows in the order of a key; those that are equal stay as they were. */
export function sorted<Row>(rows: readonly Row[], key: (row: Row) => Key, isDown: boolean): readonly Row[] {
  const keyed = rows.map((row) => ({ row, key: key(row) }));
  keyed.sort((one, other) => compare(one.key, other.key, isDown));
  return keyed.map(({ row }) => row);
}

function compare(one: Key, other: Key, isDown: boolean): number {
  const [hasNone, hasNoOther] = [one === null || one === undefined, other === null || other === undefined];
  if (hasNone || hasNoOther) return Number(hasNone) - Number(hasNoOther);
  const order =
    typeof one === 'number' && typeof other === 'number'
      ? one - other
      : words.compare(String(one), String(other));
  return isDown ? -order : order;
}

/** The order after a column's name was pressed: the other way round, or another column, figures from the largest. */
export function pressed(before: Order, by: string, isNumber: boolean): Order {
  return before.by === by ? { by, isDown: !before.isDown } : { by, isDown: isNumber };
}
