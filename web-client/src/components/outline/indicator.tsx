/**
 * How a node stands, as one character or, without one, a drawn dot.
 */

import type { OptionSchema } from '@protocol';
import type { GraphNode, Schema } from '../../core/index.ts';
import classes from './indicator.module.css';

/** The option that a node's indicator shows: that of the first property of its type with a set of indicators. */
export function optionOf(
  schema: Schema,
  node: GraphNode,
): { label: string; option: OptionSchema } | undefined {
  const property = schema.type(node.type)?.properties.find(({ indicator_set }) => indicator_set !== null);
  const option = property && schema.option(property, node.properties[property.id]);
  return option && { label: `${property.name}: ${option.name}`, option };
}

/** Where a server does not tell the character, a dot is drawn. */
type Told = OptionSchema & { readonly bullet?: string | null };

export function Indicator({ option, label }: { option: OptionSchema; label: string }) {
  const { bullet, indicator_id }: Told = option;
  return (
    <span className={classes.indicator} data-indicator={indicator_id ?? undefined} title={label} aria-hidden>
      {/* Drawn by the style sheet: a name that is spoken begins with what is written. */}
      <span className={bullet ? classes.bullet : classes.dot} data-bullet={bullet ?? undefined} />
    </span>
  );
}
