/**
 * Commands at random, most of them good for a graph, some not.
 */

import type { Command, MoveNodeData, SingleCommand } from '@protocol';
import type { ReadableGraph } from '../src/core/index.ts';
import type { Random } from './random.ts';

/** The node types of the template `restomod`. */
const TYPES = ['project_root', 'phase', 'job', 'task', 'part'];
const PROPERTIES = ['notes', 'cost', 'done', 'priority', 'name'];
const VALUES = ['', 'Brakes', 'Ünïcode ✓', 0, 12.5, -3, true, false, null, [1, 'two'], { a: { b: null } }];

/** A command of any kind. */
export function anyCommand(random: Random, graph: ReadableGraph): Command {
  if (random.chance(0.15)) {
    const commands = Array.from({ length: 1 + random.below(6) }, () => anySingle(random, graph));
    return { command_type: 'Batch', data: { commands } };
  }
  return anySingle(random, graph);
}

function anySingle(random: Random, graph: ReadableGraph): SingleCommand {
  // Of an empty graph nothing would ever come again.
  if (graph.size < 8 && random.chance(0.5)) return create(random, graph, null);
  const id = anyNode(random, graph);
  switch (random.pick(KINDS)) {
    case 'create':
      return create(random, graph);
    case 'delete':
      return { command_type: 'DeleteNode', data: { node_id: id } };
    case 'write':
      return write(random, graph, id);
    case 'erase':
      return random.chance(0.5)
        ? { command_type: 'DeleteProperty', data: { node_id: id, property_id: random.pick(PROPERTIES) } }
        : {
            command_type: 'DeleteOrphanedProperty',
            data: { node_id: id, property_key: random.pick(PROPERTIES) },
          };
    case 'link':
      return { command_type: 'LinkNode', data: { child_id: id, parent_id: anyNode(random, graph) } };
    case 'unlink': {
      const parent = graph.node(id)?.parentId;
      const parentId = parent && random.chance(0.9) ? parent : anyNode(random, graph);
      return { command_type: 'UnlinkNode', data: { child_id: id, parent_id: parentId } };
    }
    case 'move':
      return { command_type: 'MoveNode', data: move(random, graph, id) };
    case 'reorder':
      return {
        command_type: 'ReorderNode',
        data: { node_id: id, new_index: random.below(6) - (random.chance(0.05) ? 6 : 0) },
      };
    case 'block': {
      const blocking = random.chance(0.3) ? null : anyNode(random, graph);
      return {
        command_type: 'UpdateBlockingRelationship',
        data: { blocked_node_id: id, blocking_node_id: blocking },
      };
    }
    case 'kit':
      return {
        command_type: 'ApplyKit',
        data: { target_id: anyNode(random, graph), kit_root_id: leafward(random, graph, id) },
      };
    case 'adopt':
      return { command_type: 'AdoptTemplate', data: {} };
  }
}

const KINDS = [
  ...Array<'create'>(6).fill('create'),
  ...Array<'write'>(6).fill('write'),
  ...Array<'move'>(4).fill('move'),
  ...(['erase', 'link', 'unlink', 'reorder', 'block', 'delete', 'reorder', 'link', 'block'] as const),
  ...(['kit', 'adopt'] as const),
];

function create(random: Random, graph: ReadableGraph, below = anyParent(random, graph)): SingleCommand {
  const isKnown = random.chance(0.03);
  return {
    command_type: 'CreateNode',
    data: {
      node_id: isKnown ? anyNode(random, graph) : random.id(),
      parent_id: below,
      blueprint_type_id: random.chance(0.03) ? 'spaceship' : random.pick(TYPES),
      name: `Node ${random.below(1000)}`,
      properties: random.chance(0.4) ? { [random.pick(PROPERTIES)]: random.pick(VALUES) } : undefined,
      index: random.chance(0.3) ? random.below(5) : undefined,
    },
  };
}

function write(random: Random, graph: ReadableGraph, id: string): SingleCommand {
  const property = random.pick(PROPERTIES);
  const node = graph.node(id);
  const present = property === 'name' ? node?.name : node?.properties[property];
  const check = random.chance(0.2)
    ? { check: true, old_value: random.chance(0.8) ? present : 'no such value' }
    : {};
  const value =
    property === 'name' && random.chance(0.9) ? `Name ${random.below(1000)}` : random.pick(VALUES);
  const given = random.chance(0.8) ? { new_value: value } : { value };
  return { command_type: 'UpdateProperty', data: { node_id: id, property_id: property, ...given, ...check } };
}

function move(random: Random, graph: ReadableGraph, id: string): MoveNodeData {
  const parent = random.chance(0.1) ? null : anyNode(random, graph);
  const data = { node_id: id, new_parent_id: parent };
  const siblings = graph.children(parent);
  const sibling = siblings.length > 0 && random.chance(0.9) ? random.pick(siblings) : anyNode(random, graph);
  switch (random.below(6)) {
    case 0:
      return { ...data, after: sibling };
    case 1:
      return { ...data, before: sibling };
    case 2:
      return { ...data, position: 'first' };
    case 3:
      return { ...data, position: 'last' };
    case 4:
      return { ...data, index: random.below(6) };
    default:
      return data;
  }
}

function anyParent(random: Random, graph: ReadableGraph): string | null {
  return random.chance(0.1) ? null : anyNode(random, graph);
}

/** A node that is there; now and then one that is not. */
function anyNode(random: Random, graph: ReadableGraph): string {
  const ids = [...graph.ids()];
  return ids.length === 0 || random.chance(0.03) ? random.id() : random.pick(ids.sort());
}

/** A node with little below it: copies of copies would soon be all there is. */
function leafward(random: Random, graph: ReadableGraph, id: string): string {
  let at = id;
  for (let below = graph.children(at); below.length > 0 && random.chance(0.8); below = graph.children(at))
    at = below[0]!;
  return at;
}
