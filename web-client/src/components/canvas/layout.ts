/**
 * Where cards stand: a tidy tree of the nodes that show, from left to right or from top to bottom.
 *
 * Pure: the same graph and the same open nodes give the same places, whoever looks. The first root's place does not change.
 */

import { hierarchy, tree } from 'd3-hierarchy';
import type { ReadableGraph } from '../../core/index.ts';

/** Where children stand: to the right of their parent, or below it. */
export type Direction = 'right' | 'down';

/** A card's size. */
export const CARD = { width: 208, height: 56 } as const;

/** From one card to the next one, by direction. */
const PITCH = {
  right: { x: CARD.width + 72, y: CARD.height + 16 },
  down: { x: CARD.width + 20, y: CARD.height + 64 },
} as const;

/** A node that shows. */
export interface Shown {
  readonly id: string;
  readonly parentId: string | null;
  readonly depth: number;
  /** Whether its children show; never without children. */
  readonly isOpen: boolean;
  /** How many children it has. */
  readonly children: number;
  /** How many nodes below it do not show since it is closed. */
  readonly hidden: number;
}

/** A node that shows, and the upper left corner of its card. */
export interface Placed extends Shown {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly direction: Direction;
  /** In the order of the outline. */
  readonly cards: readonly Placed[];
  readonly byId: ReadonlyMap<string, Placed>;
  /** What all cards together take. */
  readonly bounds: Rect;
}

/** The distance from one card to the next one. */
export function pitch(direction: Direction): { readonly x: number; readonly y: number } {
  return PITCH[direction];
}

/** The nodes that show, in the order of the outline: the roots, and the children of whatever is open. */
export function shownNodes(graph: ReadableGraph, open: ReadonlySet<string>): Shown[] {
  const shown: Shown[] = [];
  const waiting = graph.children(null).map((id) => ({ id, parentId: null as string | null, depth: 0 }));
  waiting.reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { id, parentId, depth } = next;
    const children = graph.children(id);
    const isOpen = children.length > 0 && open.has(id);
    const hidden = isOpen || children.length === 0 ? 0 : countBelow(graph, id);
    shown.push({ id, parentId, depth, isOpen, children: children.length, hidden });
    if (isOpen)
      for (const child of children.toReversed()) waiting.push({ id: child, parentId: id, depth: depth + 1 });
  }
  return shown;
}

/** How many nodes are below one. It is asked with every change, so it makes nothing. */
function countBelow(graph: ReadableGraph, id: string): number {
  const waiting = [graph.children(id)];
  let count = 0;
  for (let list = waiting.pop(); list; list = waiting.pop()) {
    count += list.length;
    for (const child of list) {
      const below = graph.children(child);
      if (below.length > 0) waiting.push(below);
    }
  }
  return count;
}

/** Whether two lists of nodes give the same picture. */
export function isSame(some: readonly Shown[], others: readonly Shown[]): boolean {
  if (some.length !== others.length) return false;
  return some.every((one, index) => {
    const other = others[index];
    return (
      other !== undefined &&
      one.id === other.id &&
      one.parentId === other.parentId &&
      one.hidden === other.hidden &&
      one.children === other.children
    );
  });
}

/** Places cards. */
export function layOut(shown: readonly Shown[], direction: Direction): Layout {
  const step = PITCH[direction];
  const along = direction === 'right' ? step.y : step.x;
  const away = direction === 'right' ? step.x : step.y;
  const below = new Map<string | null, Shown[]>();
  for (const node of shown) {
    const siblings = below.get(node.parentId);
    if (siblings) siblings.push(node);
    else below.set(node.parentId, [node]);
  }
  // What is above the roots takes no place: it is left out again.
  const top = hierarchy<Shown | null>(null, (node) => below.get(node?.id ?? null));
  const placed = tree<Shown | null>()
    .nodeSize([along, away])
    .separation((one, other) => (one.parent === other.parent ? 1 : 1.2))(top);
  const first = placed.children?.[0]?.x ?? 0;
  const places = new Map<string, { x: number; y: number }>();
  placed.each(({ data, x, y }) => {
    if (!data) return;
    const [across, ahead] = [Math.round(x - first), Math.round(y - away)];
    places.set(data.id, direction === 'right' ? { x: ahead, y: across } : { x: across, y: ahead });
  });
  const cards = shown.map((node) => ({ ...node, ...(places.get(node.id) ?? { x: 0, y: 0 }) }));
  return { direction, cards, byId: new Map(cards.map((card) => [card.id, card])), bounds: boundsOf(cards) };
}

/** What some cards together take. */
export function boundsOf(cards: readonly { readonly x: number; readonly y: number }[]): Rect {
  if (cards.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const { x, y } of cards) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + CARD.width);
    bottom = Math.max(bottom, y + CARD.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The node itself if it shows, or else the nearest above it that does. */
export function shownFor(graph: ReadableGraph, layout: Layout, id: string): Placed | undefined {
  for (let at: string | null | undefined = id; at; at = graph.node(at)?.parentId) {
    const card = layout.byId.get(at);
    if (card) return card;
  }
  return undefined;
}
