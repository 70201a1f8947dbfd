/**
 * What several nodes have in common. Pure.
 */

import type { PropertySchema } from '@protocol';
import type { GraphNode, Schema } from '../../core/index.ts';
import { same } from './values.ts';

/** A select that all of the nodes have, with the value that all of them have: undefined if they differ, null if none has one. */
export interface SharedSelect {
  readonly property: PropertySchema;
  readonly value: unknown;
  readonly isMixed: boolean;
}

/** The selects that all nodes have with the same options: those can be set for all at once. */
export function sharedSelects(nodes: readonly GraphNode[], schema: Schema): SharedSelect[] {
  const [first, ...others] = [...new Set(nodes.map(({ type }) => type))];
  if (first === undefined) return [];
  const selects = schema.type(first)?.properties.filter(({ type }) => type === 'select') ?? [];
  const shared = selects.filter((select) =>
    others.every((type) => hasSameOptions(select, schema.property(type, select.id))),
  );
  return shared.map((property) => {
    const value = nodes[0]?.properties[property.id] ?? null;
    const isMixed = nodes.some((node) => !same(node.properties[property.id], value));
    return { property, value: isMixed ? undefined : value, isMixed };
  });
}

function hasSameOptions(one: PropertySchema, other: PropertySchema | undefined): boolean {
  if (other?.type !== 'select') return false;
  return same(
    one.options?.map(({ id }) => id),
    other.options?.map(({ id }) => id),
  );
}

/** "3 tasks, 1 part", the most first. */
export function countByType(nodes: readonly GraphNode[], schema: Schema): string {
  const counts = new Map<string, number>();
  for (const { type } of nodes) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([type, count]) => `${count} × ${schema.typeName(type)}`)
    .join(', ');
}
