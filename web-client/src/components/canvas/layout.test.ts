/**
 * Where cards stand.
 */

import { expect, test } from 'vitest';
import { graphOf, wideGraph } from './fixture.ts';
import { CARD, type Direction, isSame, layOut, type Placed, shownFor, shownNodes } from './layout.ts';

const graph = graphOf(`
car
  brakes
    front
    rear
  engine
    block
    head
      valves
spare`);

const all = new Set(graph.ids());

function overlap(one: Placed, other: Placed) {
  return Math.abs(one.x - other.x) < CARD.width && Math.abs(one.y - other.y) < CARD.height;
}

test('shows the roots and the children of what is open, in the order of the outline', () => {
  const shown = shownNodes(graph, new Set(['car', 'engine']));
  expect(shown.map(({ id }) => id)).toEqual(['car', 'brakes', 'engine', 'block', 'head', 'spare']);
  expect(shown.map(({ depth }) => depth)).toEqual([0, 1, 1, 2, 2, 0]);
});

test('counts what a closed node hides, however deep', () => {
  const hidden = (open: string[]) =>
    Object.fromEntries(shownNodes(graph, new Set(open)).map((node) => [node.id, node.hidden]));
  expect(hidden([])).toEqual({ car: 7, spare: 0 });
  expect(hidden(['car'])).toEqual({ car: 0, brakes: 2, engine: 3, spare: 0 });
});

test('a node without children is not open, whatever was said', () => {
  expect(shownNodes(graph, all).find(({ id }) => id === 'spare')?.isOpen).toBe(false);
});

test.each<Direction>(['right', 'down'])('cards that grow to the %s do not overlap', (direction) => {
  const { cards } = layOut(shownNodes(graph, all), direction);
  for (const one of cards)
    for (const other of cards) if (one !== other) expect(overlap(one, other)).toBe(false);
});

test('children stand one step to the right of their parent, or below it', () => {
  const right = layOut(shownNodes(graph, all), 'right').byId;
  const down = layOut(shownNodes(graph, all), 'down').byId;
  for (const node of right.values()) {
    const parent = node.parentId ? right.get(node.parentId) : undefined;
    if (parent) expect(node.x - parent.x).toBe(CARD.width + 72);
  }
  expect(down.get('brakes')!.y).toBeGreaterThan(down.get('car')!.y + CARD.height);
  expect(down.get('brakes')!.x).toBeLessThan(down.get('engine')!.x);
});

test('siblings keep their order', () => {
  const { byId } = layOut(shownNodes(graph, all), 'right');
  expect(byId.get('front')!.y).toBeLessThan(byId.get('rear')!.y);
  expect(byId.get('rear')!.y).toBeLessThan(byId.get('block')!.y);
});

test('the first root stays where it is, whatever opens', () => {
  for (const open of [[], ['car'], ['car', 'engine', 'head']]) {
    const { byId } = layOut(shownNodes(graph, new Set(open)), 'right');
    expect(byId.get('car')).toMatchObject({ x: 0, y: 0 });
  }
});

test('the bounds hold every card', () => {
  const { bounds, cards } = layOut(shownNodes(graph, all), 'down');
  for (const { x, y } of cards) {
    expect(x).toBeGreaterThanOrEqual(bounds.x);
    expect(y + CARD.height).toBeLessThanOrEqual(bounds.y + bounds.height);
  }
});

test('a graph without nodes has a layout without cards', () => {
  const layout = layOut(shownNodes(graphOf(''), new Set()), 'right');
  expect(layout.cards).toEqual([]);
  expect(layout.bounds).toEqual({ x: 0, y: 0, width: 0, height: 0 });
});

test('the picture is the same as long as nothing comes, goes, moves, opens or closes', () => {
  const open = new Set(['car']);
  expect(isSame(shownNodes(graph, open), shownNodes(graph, new Set(open)))).toBe(true);
  expect(isSame(shownNodes(graph, open), shownNodes(graph, new Set(['car', 'engine'])))).toBe(false);
  expect(isSame(shownNodes(graph, open), shownNodes(graphOf('car\n  brakes\n  engine\nspare'), open))).toBe(
    false,
  );
});

test('a hidden node is stood for by the nearest above it that shows', () => {
  const layout = layOut(shownNodes(graph, new Set(['car'])), 'right');
  expect(shownFor(graph, layout, 'valves')?.id).toBe('engine');
  expect(shownFor(graph, layout, 'spare')?.id).toBe('spare');
  expect(shownFor(graph, layout, 'gone')).toBeUndefined();
});

test('ten thousand nodes, and sixty levels, are placed without a call too deep', () => {
  const large = wideGraph(10, 4);
  const { cards } = layOut(shownNodes(large, new Set(large.ids())), 'right');
  expect(cards).toHaveLength(11_111);
  expect(new Set(cards.map(({ x, y }) => `${x} ${y}`)).size).toBe(11_111);
  const deep = wideGraph(1, 60);
  expect(layOut(shownNodes(deep, new Set(deep.ids())), 'down').cards.at(-1)?.y).toBe(60 * 120);
});
