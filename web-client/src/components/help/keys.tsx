/**
 * Keys as they are printed on the keyboard.
 */

import { Kbd } from '@mantine/core';
import { labelsOf } from '../../state/shortcuts.ts';
import classes from './help.module.css';

/** One way to do something, such as `Mod+Shift+Z`. */
export function Keys({ way }: { way: string }) {
  return (
    <span className={classes.keys}>
      {labelsOf(way).map((label) => (
        <Kbd key={label} size="xs">
          {label}
        </Kbd>
      ))}
    </span>
  );
}
