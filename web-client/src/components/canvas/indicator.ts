/**
 * The bullet that says how a node stands, and colours: of bullets and of types.
 */

import type { GraphNode, Schema } from '../../core/index.ts';

/** One of the theme's colours. */
export type Tone =
  | 'gray'
  | 'blue'
  | 'green'
  | 'red'
  | 'yellow'
  | 'orange'
  | 'teal'
  | 'grape'
  | 'cyan'
  | 'pink'
  | 'indigo';

export interface Indicator {
  readonly glyph: string;
  readonly tone: Tone;
  /** The option's name. */
  readonly label: string;
}

const BULLETS: Readonly<Record<string, readonly [string, Tone]>> = {
  empty: ['○', 'gray'],
  started: ['◔', 'blue'],
  half: ['◐', 'blue'],
  mostly: ['◕', 'blue'],
  filled: ['●', 'green'],
  closed: ['✕', 'gray'],
  replaced: ['↷', 'gray'],
  alert: ['▲', 'red'],
  low: ['▽', 'gray'],
  normal: ['◇', 'blue'],
  high: ['△', 'orange'],
  critical: ['▲', 'red'],
};

const LEVELS: Readonly<Record<string, readonly [string, Tone]>> = {
  low: ['▁', 'gray'],
  medium: ['▄', 'blue'],
  high: ['█', 'orange'],
};

/** The indicator of the first property that has one. */
export function indicatorOf(schema: Schema, node: GraphNode): Indicator | undefined {
  for (const property of schema.type(node.type)?.properties ?? []) {
    if (!property.indicator_set) continue;
    const option = schema.option(property, node.properties[property.id]);
    if (!option?.indicator_id) continue;
    const bullets = property.indicator_set === 'level' ? LEVELS : BULLETS;
    const [glyph, tone] = bullets[option.indicator_id] ?? ['•', 'gray'];
    return { glyph, tone, label: option.name };
  }
  return undefined;
}

const TYPES: readonly Tone[] = ['indigo', 'teal', 'grape', 'orange', 'cyan', 'pink', 'yellow', 'green'];

/** A type's colour: by its place in the template. */
export function typeTone(schema: Schema, typeId: string): Tone {
  const index = schema.types.findIndex(({ id }) => id === typeId);
  return index < 0 ? 'gray' : (TYPES[index % TYPES.length] ?? 'gray');
}
