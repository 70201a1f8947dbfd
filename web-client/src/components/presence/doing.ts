/**
 * What a colleague is at, in words. Pure.
 */

import type { Participant } from '@protocol';
import type { ReadableGraph, Schema } from '../../core/index.ts';
import { label, quoted } from '../../state/steps.ts';

/** "editing Cost of ‘Brakes’", "at ‘Brakes’", "away", or nothing. */
export function doing(
  { status, editing, selection }: Pick<Participant, 'status' | 'editing' | 'selection'>,
  graph: ReadableGraph,
  schema: Schema,
): string {
  if (status === 'away') return 'away';
  if (editing) {
    const node = quoted(graph.node(editing.node_id)?.name);
    if (!editing.property_id) return `editing ${node}`;
    const what =
      editing.property_id === 'blocked_by'
        ? 'what blocks'
        : `${label(graph, schema, editing.node_id, editing.property_id)} of`;
    return `editing ${what} ${node}`;
  }
  const last = selection?.at(-1);
  if (last === undefined) return 'here';
  return selection && selection.length > 1
    ? `at ${selection.length} nodes`
    : `at ${quoted(graph.node(last)?.name)}`;
}
