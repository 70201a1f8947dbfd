/**
 * An arrow with a name: where somebody points. Whoever shows it says where it stands.
 */

import { inkOn } from '../../state/person.ts';
import classes from './pointer-mark.module.css';

interface PointerMarkProps {
  readonly name: string;
  readonly color: string;
  /** For where there is little room. */
  readonly isSmall?: boolean;
}

export function PointerMark({ name, color, isSmall = false }: PointerMarkProps) {
  return (
    <span className={classes.mark} data-small={isSmall || undefined}>
      <svg className={classes.arrow} viewBox="0 0 18 20" role="presentation">
        <path
          d="M2 2l5 15 2.6-6.2L16 8.5z"
          fill={color}
          stroke="white"
          strokeWidth="1.5"
          strokeLinejoin="round"
        />
      </svg>
      <span className={classes.name} style={{ background: color, color: inkOn(color) }}>
        {name}
      </span>
    </span>
  );
}
