/**
 * How a node stands, as one character or, where the template has none, a drawn dot.
 */

import type { OptionSchema } from '@protocol';
import classes from './indicator.module.css';

interface IndicatorProps {
  readonly option: OptionSchema;
  /** What it says, for who points at it; who cannot see it hears it where the option is named. */
  readonly label?: string;
}

export function Indicator({ option: { bullet, indicator_id }, label }: IndicatorProps) {
  return (
    <span className={classes.indicator} data-indicator={indicator_id ?? undefined} title={label} aria-hidden>
      {/* Drawn by the style sheet: a name that is spoken begins with what is written. */}
      <span className={bullet ? classes.bullet : classes.dot} data-bullet={bullet ?? undefined} />
    </span>
  );
}
