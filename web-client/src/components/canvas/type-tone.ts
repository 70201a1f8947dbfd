/**
 * The colours of types.
 */

import type { Schema } from '../../core/index.ts';

/** One of the theme's colours. */
export type Tone = 'gray' | 'yellow' | 'orange' | 'teal' | 'grape' | 'cyan' | 'pink' | 'indigo' | 'green';

const TYPES: readonly Tone[] = ['indigo', 'teal', 'grape', 'orange', 'cyan', 'pink', 'yellow', 'green'];

/** A type's colour: by its place in the template. */
export function typeTone(schema: Schema, typeId: string): Tone {
  const index = schema.types.findIndex(({ id }) => id === typeId);
  return index < 0 ? 'gray' : (TYPES[index % TYPES.length] ?? 'gray');
}
