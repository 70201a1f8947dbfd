/**
 * A server of a few lines: says which events a command has, for tests of the replica alone. What it takes is what
 * {@link predict} takes.
 */

import type { AnyGraphEvent, Command, SingleCommand } from '@protocol';
import {
  apply,
  Graph,
  indexOf,
  type Place,
  predict,
  type ReadableGraph,
  subtree,
} from '../src/core/index.ts';
import { plain, treeOf } from './graphs.ts';

type Fields = Record<string, unknown> & { event: string };

export class Model {
  graph = new Graph();
  readonly epoch = 'epoch';
  seq = 0;

  get place(): Place {
    return { epoch: this.epoch, seq: this.seq };
  }

  /** The events of a command; null if it is refused. */
  execute(commandId: string, command: Command): AnyGraphEvent[] | null {
    const commands = command.command_type === 'Batch' ? command.data.commands : [command];
    const before = Graph.of(treeOf(this.graph));
    const seq = this.seq;
    const events: AnyGraphEvent[] = [];
    for (const one of commands) {
      const fields = this.#fields(one);
      if (!fields) {
        this.graph = before;
        this.seq = seq;
        return null;
      }
      for (const field of fields) {
        this.seq += 1;
        const head = { session_id: 's', project_id: 'p', epoch: this.epoch, seq: this.seq, timestamp: 'now' };
        const event = {
          ...head,
          command_id: commandId,
          command_type: command.command_type,
          author: { user_id: 'u' },
          ...field,
        };
        // Its fields are those of the event that it names.
        events.push(event as unknown as AnyGraphEvent);
        if (apply(this.graph, events.at(-1)!) === 'misfit')
          throw new Error(`an event does not fit: ${JSON.stringify(event)}`);
      }
    }
    return events;
  }

  #fields(command: SingleCommand): Fields[] | null {
    const after = Graph.of(treeOf(this.graph));
    if (!predict(after, command, 'now')) return null;
    switch (command.command_type) {
      case 'CreateNode':
        return [created(after, command.data.node_id!)];
      case 'DeleteNode':
        return [
          {
            event: 'node-deleted',
            node_id: command.data.node_id,
            node_ids: subtree(this.graph, command.data.node_id),
            parent_id: null,
          },
        ];
      case 'UpdateProperty':
        return this.#written(after, command.data.node_id, command.data.property_id);
      case 'DeleteProperty':
        return this.#written(after, command.data.node_id, command.data.property_id);
      case 'DeleteOrphanedProperty':
        return this.#written(after, command.data.node_id, command.data.property_key);
      case 'UpdateBlockingRelationship':
        return [{ event: 'blocking-changed', ...command.data, old_blocking_node_id: null }];
      case 'LinkNode':
      case 'UnlinkNode':
        return this.#placed(after, command.data.child_id);
      case 'MoveNode':
      case 'ReorderNode':
        return this.#placed(after, command.data.node_id);
      default:
        return null;
    }
  }

  #written(after: ReadableGraph, id: string, property: string): Fields[] {
    const node = after.node(id)!;
    if (property === 'name')
      return [
        { event: 'node-updated', node_id: id, name: node.name },
        { event: 'property-changed', node_id: id, property_id: 'name', new_value: node.name },
      ];
    const value = node.properties[property];
    if (value === undefined) return [{ event: 'property-deleted', node_id: id, property_id: property }];
    return [{ event: 'property-changed', node_id: id, property_id: property, new_value: value }];
  }

  #placed(after: ReadableGraph, id: string): Fields[] {
    const [from, to] = [this.graph.node(id)!.parentId, after.node(id)!.parentId];
    const unlinked = {
      event: 'node-unlinked',
      parent_id: from,
      child_id: id,
      index: indexOf(this.graph, id),
    };
    const linked = { event: 'node-linked', parent_id: to, child_id: id, index: indexOf(after, id) };
    return from === null ? [linked] : [unlinked, linked];
  }
}

function created(after: ReadableGraph, id: string): Fields {
  const node = plain(after, id);
  return {
    event: 'node-created',
    node_id: id,
    parent_id: node.parent_id,
    index: indexOf(after, id),
    node: { ...node, children: [] },
  };
}
