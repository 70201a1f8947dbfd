/**
 * What a command will most likely do, before the server says what it did.
 *
 * A guess: where it is wrong, the events put it right. What only the server can know (the copies of a kit, what an undo takes back)
 * is not guessed.
 */

import type { Command, MoveNodeData, SingleCommand } from '@protocol';
import { block, insert, place, remove, rename, write } from './change.ts';
import { indexOf, type ReadableGraph, type WritableGraph } from './graph.ts';

/** Changes the graph as the command will; false if it will most likely be refused, or cannot be guessed. */
export function predict(graph: WritableGraph, command: Command, at: string): boolean {
  if (command.command_type === 'Batch') {
    return command.data.commands.map((one) => single(graph, one, at)).every(Boolean);
  }
  return single(graph, command, at);
}

function single(graph: WritableGraph, command: SingleCommand, at: string): boolean {
  const { command_type: kind, data } = command;
  switch (kind) {
    case 'CreateNode': {
      // An id that the server makes is not known yet.
      if (!data.node_id) return false;
      const node = {
        id: data.node_id,
        type: data.blueprint_type_id,
        name: data.name ?? 'New Node',
        properties: data.properties ?? {},
        parentId: data.parent_id ?? null,
        createdAt: at,
        blockedBy: null,
      };
      return insert(graph, node, data.index ?? undefined);
    }
    case 'DeleteNode':
      return remove(graph, data.node_id);
    case 'UpdateProperty': {
      const value = data.new_value === undefined ? data.value : data.new_value;
      if (data.property_id !== 'name') return write(graph, data.node_id, data.property_id, value);
      return typeof value === 'string' && rename(graph, data.node_id, value);
    }
    case 'DeleteProperty':
      return write(graph, data.node_id, data.property_id, undefined);
    case 'DeleteOrphanedProperty':
      return write(graph, data.node_id, data.property_key, undefined);
    case 'LinkNode':
      return place(graph, data.child_id, data.parent_id);
    case 'UnlinkNode':
      return place(graph, data.child_id, null);
    case 'MoveNode':
      return place(graph, data.node_id, data.new_parent_id, indexOfMove(graph, data));
    case 'ReorderNode':
      return place(graph, data.node_id, graph.node(data.node_id)?.parentId ?? null, data.new_index);
    case 'UpdateBlockingRelationship':
      return block(graph, data.blocked_node_id, data.blocking_node_id);
    case 'ApplyKit':
    case 'AdoptTemplate':
      return false;
  }
}

/** Where a move ends among its new siblings, the node itself taken out; undefined is last. */
function indexOfMove(graph: ReadableGraph, data: MoveNodeData): number | undefined {
  const siblings = graph.children(data.new_parent_id).filter((id) => id !== data.node_id);
  if (data.after) return beside(siblings, data.after, 1);
  if (data.before) return beside(siblings, data.before, 0);
  if (data.position === 'first') return 0;
  return data.index ?? undefined;
}

function beside(siblings: readonly string[], anchor: string, behind: number): number | undefined {
  const at = siblings.indexOf(anchor);
  return at < 0 ? undefined : at + behind;
}

/** The command that puts a node where it stands now, for who takes a move back before it was sent. */
export function placeOf(graph: ReadableGraph, id: string): MoveNodeData {
  return { node_id: id, new_parent_id: graph.node(id)?.parentId ?? null, index: indexOf(graph, id) };
}
