/**
 * Cards and lines as React Flow takes them.
 */

import { expect, test } from 'vitest';
import { type Elements, elementsOf, type Scene } from './elements.ts';
import { graphOf } from './fixture.ts';
import { layOut, shownNodes } from './layout.ts';
import { relations } from './relations.ts';
import { inSight } from './viewport.ts';

const graph = graphOf(`
car
  brakes
    front < block
  engine
    block`);
const layout = layOut(shownNodes(graph, new Set(graph.ids())), 'right');
const none: Elements = { nodes: [], edges: [] };
const scene: Scene = {
  layout,
  sight: inSight(layout, layout.bounds),
  relations: relations(graph, layout),
  drag: null,
  canEdit: true,
};

function ids({ nodes, edges }: Elements) {
  return { nodes: nodes.map(({ id }) => id).sort(), edges: edges.map(({ id }) => id).sort() };
}

test('every card in sight is a node, with a line to its parent and those of what blocks it', () => {
  expect(ids(elementsOf(scene, none))).toEqual({
    nodes: ['block', 'brakes', 'car', 'engine', 'front'],
    edges: ['branch:block', 'branch:brakes', 'branch:engine', 'branch:front', 'relation:block>front'],
  });
});

test('what did not change is the same object as before', () => {
  const before = elementsOf(scene, none);
  const after = elementsOf({ ...scene }, before);
  expect(after.nodes.every((node) => before.nodes.includes(node))).toBe(true);
  expect(after.edges.every((edge) => before.edges.includes(edge))).toBe(true);
});

test('the far end of a line is there even if it is out of sight', () => {
  const { x, y } = layout.byId.get('front')!;
  const sight = inSight(layout, { x, y, width: 10, height: 10 });
  expect(sight.cards.map(({ id }) => id)).toEqual(['front']);
  expect(ids(elementsOf({ ...scene, sight }, none)).nodes).toEqual(['block', 'brakes', 'front']);
});

test('the card in the hand is where the hand is, and no other is rendered for it', () => {
  const before = elementsOf(scene, none);
  const after = elementsOf({ ...scene, drag: { id: 'front', ids: ['front'], x: 7, y: 9 } }, before);
  expect(after.nodes.find(({ id }) => id === 'front')?.position).toEqual({ x: 7, y: 9 });
  const others = after.nodes.filter(({ id }) => id !== 'front');
  expect(others.every((node) => before.nodes.includes(node))).toBe(true);
});

test('where nothing may be edited nothing can be dragged or connected', () => {
  const { nodes } = elementsOf({ ...scene, canEdit: false }, elementsOf(scene, none));
  expect(nodes.some(({ draggable, connectable }) => draggable || connectable)).toBe(false);
});
