/**
 * A figure with its name; only in a list of them.
 */

import classes from './overview.module.css';

interface Props {
  readonly name: string;
  readonly value: string;
  /** What is beside it. */
  readonly note?: string;
}

export function Figure({ name, value, note }: Props) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <span className={classes.note}>{note}</span>}
      </dd>
    </div>
  );
}
