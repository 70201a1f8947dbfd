/**
 * What a graph event does to a graph.
 */

import type { AnyGraphEvent } from '@protocol';
import { block, insert, place, remove, rename, write } from './change.ts';
import { nodeOf, type WritableGraph } from './graph.ts';

/** What became of an event. */
export type Applied =
  /** The graph has it. */
  | 'done'
  /** It changes no node. */
  | 'nothing'
  /** So much changed that the graph has to be read again. */
  | 'read-again'
  /** It does not fit the graph, which is therefore not what the server has. */
  | 'misfit';

/** Applies an event to the graph. */
export function apply(graph: WritableGraph, event: AnyGraphEvent): Applied {
  switch (event.event) {
    case 'node-created':
      return fits(insert(graph, nodeOf(event.node, event.parent_id), event.index));
    case 'node-deleted':
      return fits(remove(graph, event.node_id));
    case 'node-updated':
      return fits(rename(graph, event.node_id, event.name));
    case 'property-changed':
      // A name came as `node-updated` just before.
      if (event.property_id === 'name') return 'nothing';
      return fits(write(graph, event.node_id, event.property_id, event.new_value));
    case 'property-deleted':
      return fits(write(graph, event.node_id, event.property_id, undefined));
    case 'node-unlinked':
      // Until it is linked it is the last root.
      return fits(place(graph, event.child_id, null));
    case 'node-linked':
      return fits(place(graph, event.child_id, event.parent_id, event.index));
    case 'blocking-changed':
      return fits(block(graph, event.blocked_node_id, event.blocking_node_id));
    case 'graph-replaced':
      return 'read-again';
    case 'project-updated':
    case 'template-adopted':
    case 'session:state':
    case 'session:closed':
    case 'command:undo':
    case 'command:redo':
      return 'nothing';
    default:
      return unknownEvent(event);
  }
}

function fits(done: boolean): Applied {
  return done ? 'done' : 'misfit';
}

/** A later server may tell more than this client knows: it has the graph whole at the next reading. */
function unknownEvent(_event: never): Applied {
  return 'read-again';
}
