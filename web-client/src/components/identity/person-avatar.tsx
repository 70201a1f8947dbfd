/**
 * Somebody as a disc with initials.
 */

import { initials, inkOn } from '../../state/person.ts';
import classes from './person-avatar.module.css';

interface Props {
  name: string;
  /** `#rrggbb`; a quiet grey without it. */
  color?: string;
  size?: number;
}

/** A picture with a name: whoever shows it beside the name hides one of the two. */
export function PersonAvatar({ name, color, size = 28 }: Props) {
  const isColor = color !== undefined && /^#[0-9a-f]{6}$/i.test(color);
  return (
    <span
      className={classes.disc}
      role="img"
      aria-label={name}
      title={name}
      data-initials={initials(name)}
      style={{
        width: size,
        height: size,
        fontSize: size * 0.4,
        ...(isColor ? { background: color, color: inkOn(color) } : {}),
      }}
    />
  );
}
