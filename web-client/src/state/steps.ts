/**
 * What a command does, in words for people: as the end of "Undone: …". Pure; the words are made before the command is given, while the
 * old names are still there.
 */

import type { AnyGraphEvent, Command, CommandUndoEvent, SingleCommand } from '@protocol';
import type { ReadableGraph, Schema } from '../core/index.ts';

/** How many steps of this window are remembered. */
const REMEMBERED = 500;

const labels = new Map<string, string>();

/** Keeps what a command of this window does until it may be undone. */
export function remember(commandId: string, label: string): void {
  labels.set(commandId, label);
  for (const oldest of labels.keys()) {
    if (labels.size <= REMEMBERED) break;
    labels.delete(oldest);
  }
}

/** What a command of this window did. */
export function recall(commandId: string): string | undefined {
  return labels.get(commandId);
}

/** What a command does: "renamed ‘Body’ to ‘Bodywork’". */
export function describe(command: Command, graph: ReadableGraph, schema: Schema): string {
  if (command.command_type !== 'Batch') return describeOne(command, graph, schema);
  const { commands } = command.data;
  const first = commands[0];
  if (!first) return 'nothing';
  if (commands.length === 1) return describeOne(first, graph, schema);
  const kinds = new Set(commands.map((one) => `${one.command_type} ${propertyOf(one) ?? ''}`));
  if (kinds.size === 1) return describeMany(first, commands.length, graph, schema);
  return `${describeOne(first, graph, schema)} and ${commands.length - 1} more`;
}

function describeOne(command: SingleCommand, graph: ReadableGraph, schema: Schema): string {
  const name = (id: string) => quoted(graph.node(id)?.name);
  switch (command.command_type) {
    case 'CreateNode':
      return `created ${quoted(command.data.name ?? schema.typeName(command.data.blueprint_type_id))}`;
    case 'DeleteNode':
      return `deleted ${name(command.data.node_id)}`;
    case 'UpdateProperty': {
      const { node_id, property_id, new_value } = command.data;
      if (property_id === 'name') return `renamed ${name(node_id)} to ${quoted(String(new_value))}`;
      return `changed ${label(graph, schema, node_id, property_id)} of ${name(node_id)}`;
    }
    case 'DeleteProperty':
    case 'DeleteOrphanedProperty': {
      const { node_id } = command.data;
      return `cleared ${label(graph, schema, node_id, propertyOf(command) ?? '')} of ${name(node_id)}`;
    }
    case 'LinkNode':
    case 'UnlinkNode':
      return `moved ${name(command.data.child_id)}`;
    case 'MoveNode':
    case 'ReorderNode':
      return `moved ${name(command.data.node_id)}`;
    case 'ApplyKit':
      return `copied ${name(command.data.kit_root_id)} to ${name(command.data.target_id)}`;
    case 'UpdateBlockingRelationship':
      return `changed what ${name(command.data.blocked_node_id)} waits for`;
    case 'AdoptTemplate':
      return 'moved the project to another template';
  }
}

function describeMany(first: SingleCommand, count: number, graph: ReadableGraph, schema: Schema): string {
  switch (first.command_type) {
    case 'CreateNode':
      return `created ${count} nodes`;
    case 'DeleteNode':
      return `deleted ${count} nodes`;
    case 'UpdateProperty':
    case 'DeleteProperty':
    case 'DeleteOrphanedProperty':
      return `changed ${label(graph, schema, first.data.node_id, propertyOf(first) ?? '')} of ${count} nodes`;
    case 'LinkNode':
    case 'UnlinkNode':
    case 'MoveNode':
    case 'ReorderNode':
      return `moved ${count} nodes`;
    default:
      return `${describeOne(first, graph, schema)} and ${count - 1} more`;
  }
}

/** What a step was, from the events that took it back or did it again: for steps of another window, or from before a reload. */
export function describeTaken(
  { command_type, command_id }: Pick<CommandUndoEvent, 'command_type' | 'command_id'>,
  events: readonly AnyGraphEvent[],
  graph: ReadableGraph,
  schema: Schema,
): string {
  const own = events.filter((event) => event.command_id === command_id).map(subjectOf);
  const subject = own.find((found) => found !== undefined);
  const node = subject && graph.node(subject.nodeId);
  const of = quoted(node?.name ?? subject?.name);
  if (command_type === 'UpdateProperty' && subject?.propertyId === undefined) return `renamed ${of}`;
  const property = subject?.propertyId && node && label(graph, schema, node.id, subject.propertyId);
  return WORDS[command_type]?.(of, property || 'a property') ?? `a step (${command_type})`;
}

const WORDS: Record<string, ((node: string, property: string) => string) | undefined> = {
  CreateNode: (node) => `created ${node}`,
  DeleteNode: (node) => `deleted ${node}`,
  UpdateProperty: (node, property) => `changed ${property} of ${node}`,
  DeleteProperty: (node, property) => `cleared ${property} of ${node}`,
  DeleteOrphanedProperty: (node, property) => `cleared ${property} of ${node}`,
  LinkNode: (node) => `moved ${node}`,
  UnlinkNode: (node) => `moved ${node}`,
  MoveNode: (node) => `moved ${node}`,
  ReorderNode: (node) => `moved ${node}`,
  ApplyKit: () => 'copied a kit',
  UpdateBlockingRelationship: (node) => `changed what ${node} waits for`,
  AdoptTemplate: () => 'moved the project to another template',
  Batch: (node) => `changed ${node} and others`,
  RestoreNode: (node) => `restored ${node}`,
};

function subjectOf(event: AnyGraphEvent): { nodeId: string; propertyId?: string; name?: string } | undefined {
  switch (event.event) {
    case 'node-created':
    case 'node-updated':
      return { nodeId: event.node_id, name: event.name };
    case 'node-deleted':
      return { nodeId: event.node_id };
    case 'property-changed':
    case 'property-deleted':
      return { nodeId: event.node_id, propertyId: event.property_id };
    case 'node-linked':
    case 'node-unlinked':
      return { nodeId: event.child_id };
    case 'blocking-changed':
      return { nodeId: event.blocked_node_id };
    default:
      return undefined;
  }
}

function propertyOf(command: SingleCommand): string | undefined {
  switch (command.command_type) {
    case 'UpdateProperty':
    case 'DeleteProperty':
      return command.data.property_id;
    case 'DeleteOrphanedProperty':
      return command.data.property_key;
    default:
      return undefined;
  }
}

/** What people call a property of a node. */
export function label(graph: ReadableGraph, schema: Schema, nodeId: string, propertyId: string): string {
  if (propertyId === 'name') return 'the name';
  const type = graph.node(nodeId)?.type;
  return (type !== undefined && schema.property(type, propertyId)?.name) || propertyId;
}

/** A name between quotation marks, not too long; for none a word that says so. */
export function quoted(name: string | undefined): string {
  if (!name) return 'a node';
  return `‘${name.length > 60 ? `${name.slice(0, 59)}…` : name}’`;
}
