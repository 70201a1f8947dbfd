/**
 * The golden messages of the wire, taken in by a replica.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyGraphEvent, FrameEvent, JoinAnswer } from '@protocol';
import { expect, test } from 'vitest';
import { apply } from './apply.ts';
import { Graph } from './graph.ts';
import { Replica } from './replica.ts';

const folder = fileURLToPath(new URL('../../../protocol/fixtures', import.meta.url));
const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const THREE = '33333333-3333-4333-8333-333333333333';

function fixture<Type>(name: string): Type {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Type;
}

/** A root with two nodes below it. */
function family(): Graph {
  const node = (id: string, parentId: string | null) => ({
    id,
    type: 'phase',
    name: 'old',
    properties: { status: 'old', start_date: 'old' },
    parentId,
    createdAt: '',
    blockedBy: null,
  });
  const graph = new Graph();
  for (const one of [node(ONE, null), node(TWO, ONE), node(THREE, ONE)]) graph.put(one);
  graph.setChildren(null, [ONE]);
  graph.setChildren(ONE, [TWO, THREE]);
  return graph;
}

/** What each does to the family; nothing for those that change no node. */
const AFTER: Record<string, (graph: Graph) => unknown> = {
  'node-created': (graph) => graph.node(TWO)?.name === 'Body work' && graph.children(ONE)[0] === TWO,
  'node-deleted': (graph) => !graph.node(TWO) && graph.node(THREE)?.blockedBy === null && graph.size === 2,
  'node-updated': (graph) => graph.node(TWO)?.name === fixture<{ name: string }>('node-updated').name,
  'property-changed-first-value': (graph) => wasWritten(graph, 'property-changed-first-value'),
  'property-deleted': (graph) => {
    const { node_id, property_id } = fixture<{ node_id: string; property_id: string }>('property-deleted');
    return !(property_id in (graph.node(node_id)?.properties ?? {}));
  },
  'node-linked': (graph) => graph.children(TWO)[0] === THREE && graph.node(THREE)?.parentId === TWO,
  'node-linked-as-root': (graph) => graph.children(null).at(-1) === TWO && graph.node(TWO)?.parentId === null,
  'node-unlinked': (graph) => {
    const { child_id } = fixture<{ child_id: string }>('node-unlinked');
    return graph.children(null).at(-1) === child_id;
  },
  'blocking-changed': (graph) => {
    const event = fixture<{ blocked_node_id: string; blocking_node_id: string }>('blocking-changed');
    return graph.node(event.blocked_node_id)?.blockedBy === event.blocking_node_id;
  },
};
// The name came as `node-updated` just before it came as a property.
const NOTHING = [
  'property-changed',
  'project-updated',
  'template-adopted',
  'session-state',
  'session-closed',
  'command-undo',
  'command-redo',
];

function wasWritten(graph: Graph, name: string): boolean {
  const { node_id, property_id, new_value } = fixture<{
    node_id: string;
    property_id: string;
    new_value: unknown;
  }>(name);
  return graph.node(node_id)?.properties[property_id] === new_value;
}

for (const [name, holds] of Object.entries(AFTER)) {
  test(`${name} is done`, () => {
    const graph = family();
    if (name === 'node-created') {
      graph.drop(TWO);
      graph.setChildren(ONE, [THREE]);
    }
    if (name === 'node-deleted') graph.put({ ...graph.node(THREE)!, blockedBy: TWO });
    expect(holds(graph)).toBeFalsy();
    expect(apply(graph, fixture<AnyGraphEvent>(name))).toBe('done');
    expect(holds(graph)).toBeTruthy();
  });
}

for (const name of NOTHING) {
  test(`${name} changes no node`, () => {
    const graph = family();
    const before = [...graph.ids()].map((id) => graph.node(id));
    expect(apply(graph, fixture<AnyGraphEvent>(name))).toBe('nothing');
    expect([...graph.ids()].map((id) => graph.node(id))).toEqual(before);
  });
}

test('graph-replaced asks for the graph', () => {
  expect(apply(family(), fixture<AnyGraphEvent>('graph-replaced'))).toBe('read-again');
});

test('every graph event of the fixtures is tried', () => {
  const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  const ofGraph = names.filter((name) => {
    const { seq, epoch, event, events } = fixture<Record<string, unknown>>(name);
    return typeof seq === 'number' && typeof epoch === 'string' && typeof event === 'string' && !events;
  });
  // The older names of two events come beside them.
  const tried = [
    ...Object.keys(AFTER),
    ...NOTHING,
    'graph-replaced',
    'command-undo-older',
    'command-redo-older',
  ];
  expect(ofGraph.filter((name) => !tried.includes(name))).toEqual([]);
  expect(ofGraph.length).toBeGreaterThanOrEqual(15);
});

test('a join’s snapshot, its tail and a frame make a replica', () => {
  const snapshot = fixture<JoinAnswer>('answer-joined-snapshot');
  const replica = new Replica();
  replica.read(snapshot.graph!, { epoch: snapshot.epoch!, seq: snapshot.seq });
  expect([replica.size, replica.place?.seq]).toEqual([0, 10]);

  replica.read(fixture('graph'), { epoch: snapshot.epoch!, seq: 2 });
  expect(replica.node(TWO)).toMatchObject({ name: 'Body work', parentId: ONE });
  const tail = fixture<JoinAnswer>('answer-joined-tail');
  expect(replica.take(tail.events!)).toBe('taken');
  expect([replica.node(TWO), replica.place?.seq]).toEqual([undefined, 3]);
  // The same again is nothing new.
  expect(replica.take(fixture<FrameEvent>('events').events)).toBe('taken');
  expect(replica.place?.seq).toBe(3);
});
