/**
 * The sign that stands before an option.
 */

import type { OptionSchema } from '@protocol';
import classes from './inspector.module.css';

/** An option as schemas tell it; older ones tell no bullet. */
type Marked = OptionSchema & { readonly bullet?: string | null };

/** It repeats what the option's name says: nothing is said to who cannot see it. */
export function Indicator({ option }: { option: Marked }) {
  return (
    <span className={classes.indicator} data-indicator={option.indicator_id ?? undefined} aria-hidden>
      {option.bullet}
    </span>
  );
}
