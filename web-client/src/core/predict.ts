/**
 * What a command will most likely do, before the server says what it did.
 *
 * A guess: where it is wrong, the events put it right. What only the server can know (the copies of a kit, what an undo takes back)
 * is not guessed.
 */

import type { Command, CreateNodeData, MoveNodeData, SingleCommand, UpdatePropertyData } from '@protocol';
import { block, insert, place, remove, rename, write } from './change.ts';
import { indexOf, type ReadableGraph, type WritableGraph } from './graph.ts';
import { isSame } from './same.ts';

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
    case 'CreateNode':
      return create(graph, data, at);
    case 'DeleteNode':
      return remove(graph, data.node_id);
    case 'UpdateProperty':
      return update(graph, data);
    case 'DeleteProperty':
      return deleteProperty(graph, data.node_id, data.property_id);
    case 'DeleteOrphanedProperty':
      return deleteProperty(graph, data.node_id, data.property_key);
    case 'LinkNode':
      // Who stands there already stays where it is.
      if (graph.node(data.child_id)?.parentId === data.parent_id) return true;
      return place(graph, data.child_id, data.parent_id);
    case 'UnlinkNode':
      return graph.node(data.child_id)?.parentId === data.parent_id && place(graph, data.child_id, null);
    case 'MoveNode':
      return move(graph, data);
    case 'ReorderNode': {
      const node = graph.node(data.node_id);
      if (!node || data.new_index < 0) return false;
      return place(graph, node.id, node.parentId, data.new_index);
    }
    case 'UpdateBlockingRelationship':
      if (data.blocking_node_id && waitsFor(graph, data.blocking_node_id, data.blocked_node_id)) return false;
      return block(graph, data.blocked_node_id, data.blocking_node_id);
    case 'ApplyKit':
    case 'AdoptTemplate':
      return false;
  }
}

function create(graph: WritableGraph, data: CreateNodeData, at: string): boolean {
  // An id that the server makes is not known yet.
  if (!data.node_id || (data.index ?? 0) < 0) return false;
  // Null is no value, and the name has a field of its own.
  const given = Object.entries(data.properties ?? {}).filter(
    ([id, value]) => value !== null && id !== 'name',
  );
  const node = {
    id: data.node_id,
    type: data.blueprint_type_id,
    name: data.name ?? 'New Node',
    properties: Object.fromEntries(given),
    parentId: data.parent_id ?? null,
    createdAt: at,
    blockedBy: null,
  };
  return insert(graph, node, data.index ?? undefined);
}

function update(graph: WritableGraph, data: UpdatePropertyData): boolean {
  const node = graph.node(data.node_id);
  if (!node) return false;
  const isName = data.property_id === 'name';
  if (data.check) {
    const present = isName ? node.name : node.properties[data.property_id];
    if (!isSame(data.old_value ?? null, present ?? null)) return false;
  }
  const value = data.new_value === undefined ? data.value : data.new_value;
  if (!isName) return write(graph, node.id, data.property_id, value);
  return typeof value === 'string' && rename(graph, node.id, value);
}

function deleteProperty(graph: WritableGraph, nodeId: string, propertyId: string): boolean {
  return propertyId !== 'name' && write(graph, nodeId, propertyId, undefined);
}

function move(graph: WritableGraph, data: MoveNodeData): boolean {
  const index = indexOfMove(graph, data);
  return index !== 'nowhere' && place(graph, data.node_id, data.new_parent_id, index);
}

/** Where a move ends among its new siblings, the node itself taken out; undefined is last. */
function indexOfMove(graph: ReadableGraph, data: MoveNodeData): number | undefined | 'nowhere' {
  const siblings = graph.children(data.new_parent_id).filter((id) => id !== data.node_id);
  if (data.after) return beside(siblings, data.after, 1);
  if (data.before) return beside(siblings, data.before, 0);
  if (data.position === 'first') return 0;
  if (data.position === 'last') return undefined;
  if ((data.index ?? 0) < 0) return 'nowhere';
  return data.index ?? undefined;
}

function beside(siblings: readonly string[], anchor: string, behind: number): number | 'nowhere' {
  const at = siblings.indexOf(anchor);
  return at < 0 ? 'nowhere' : at + behind;
}

/** Whether one node waits for another, over however many others, or is it. */
function waitsFor(graph: ReadableGraph, id: string, other: string): boolean {
  for (let at: string | null | undefined = id; at; at = graph.node(at)?.blockedBy)
    if (at === other) return true;
  return false;
}

/** The command that puts a node where it stands now, for who takes a move back before it was sent. */
export function placeOf(graph: ReadableGraph, id: string): MoveNodeData {
  return { node_id: id, new_parent_id: graph.node(id)?.parentId ?? null, index: indexOf(graph, id) };
}
