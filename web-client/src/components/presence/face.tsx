/**
 * A person as a small disc with initials, in the colour that everybody sees it in.
 */

import { initials, inkOn } from '../../state/person.ts';
import classes from './presence.module.css';

interface FaceProps {
  readonly name: string;
  readonly color: string;
  readonly size?: number;
  readonly isAway?: boolean;
}

/** Says nothing by itself: who stands beside it names the person. */
export function Face({ name, color, size = 28, isAway = false }: FaceProps) {
  return (
    <span
      aria-hidden
      className={classes.face}
      data-away={isAway || undefined}
      data-initials={initials(name)}
      style={{ width: size, height: size, fontSize: size * 0.4, background: color, color: inkOn(color) }}
    />
  );
}
