/**
 * Who else is at a row.
 */

import { isLightColor } from '@mantine/core';
import type { Other } from '../../state/outline-others.ts';
import classes from './row.module.css';

/** More than these are a number. */
const SHOWN = 3;

export function RowOthers({ others }: { others: readonly Other[] }) {
  const more = others.length - SHOWN;
  return (
    <span className={classes.others} title={others.map(doing).join('\n')} aria-hidden>
      {others.slice(0, SHOWN).map(({ userId, name, color, isEditing }) => (
        <span
          key={userId}
          className={classes.other}
          data-editing={isEditing || undefined}
          style={{ background: color, color: isLightColor(color, 0.4) ? '#000' : '#fff' }}
          data-initial={[...name][0]?.toLocaleUpperCase()}
        />
      ))}
      {more > 0 && <span className={classes.more} data-more={`+${more}`} />}
    </span>
  );
}

/** What somebody does there, in words. */
export function doing({ name, isEditing }: Other): string {
  return isEditing ? `${name} is editing this` : `${name} is here`;
}
