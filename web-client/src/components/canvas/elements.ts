/**
 * Cards and lines as React Flow takes them. What did not change is the same object as before, so that nothing is rendered for it.
 */

import { type Edge, MarkerType, type Node, type NodeHandle, Position } from '@xyflow/react';
import type { Drag } from './board.ts';
import { CARD, type Direction, type Layout, type Placed } from './layout.ts';
import type { Relation } from './relations.ts';
import type { InSight } from './viewport.ts';

export type CardNode = Node<
  { readonly card: Placed; readonly direction: Direction; readonly canEdit: boolean },
  'card'
>;
export type BranchEdge = Edge<{ readonly direction: Direction }, 'branch'>;
export type RelationEdge = Edge<
  { readonly relation: Relation; readonly direction: Direction; readonly canEdit: boolean },
  'relation'
>;
export type LineEdge = BranchEdge | RelationEdge;

/** Handles that are there before a card is: cards out of sight are never made to be measured. */
const HANDLES: NodeHandle[] = [
  { id: null, type: 'source', position: Position.Bottom, x: 24, y: CARD.height - 12, width: 24, height: 18 },
  { id: null, type: 'target', position: Position.Top, x: 0, y: 0, ...CARD },
];

/** Screen readers hear of parents from the cards, and of relations from what lies upon their lines. */
const UNSAID = {
  ariaRole: 'presentation',
  domAttributes: { 'aria-hidden': true, 'aria-label': undefined },
} as const;

export interface Elements {
  readonly nodes: CardNode[];
  readonly edges: LineEdge[];
}

export interface Scene {
  readonly layout: Layout;
  readonly sight: InSight;
  readonly relations: readonly Relation[];
  readonly drag: Drag | null;
  readonly canEdit: boolean;
}

/** The elements of a scene, with as much as possible of those before. */
export function elementsOf(scene: Scene, before: Elements): Elements {
  const { layout, sight, drag } = scene;
  const ends = new Set<string>();
  const edges: LineEdge[] = [];
  const add = (edge: LineEdge) => {
    ends.add(edge.source).add(edge.target);
    edges.push(edge);
  };
  const inSight = new Set(sight.cards.map(({ id }) => id));
  if (drag) inSight.add(drag.id);
  const oldEdges = new Map(before.edges.map((edge) => [edge.id, edge]));
  for (const id of [...inSight, ...sight.passing]) {
    const parentId = layout.byId.get(id)?.parentId;
    if (parentId) add(branchEdge(id, parentId, layout.direction, oldEdges));
  }
  for (const relation of sight.isTooMuch ? [] : scene.relations) {
    if (inSight.has(relation.from) || inSight.has(relation.to)) add(relationEdge(relation, scene, oldEdges));
  }
  for (const id of ends) inSight.add(id);
  const oldNodes = new Map(before.nodes.map((node) => [node.id, node]));
  const nodes = [...inSight].flatMap((id) => {
    const card = layout.byId.get(id);
    return card ? cardNode(card, scene, oldNodes) : [];
  });
  return { nodes, edges };
}

function cardNode(card: Placed, { layout, drag, canEdit }: Scene, before: Map<string, CardNode>): CardNode {
  const { x, y } = drag?.id === card.id ? drag : card;
  const old = before.get(card.id);
  const isSame =
    old?.position.x === x &&
    old.position.y === y &&
    old.data.card === card &&
    old.data.direction === layout.direction &&
    old.data.canEdit === canEdit;
  if (old && isSame) return old;
  return {
    id: card.id,
    type: 'card',
    position: { x, y },
    data: { card, direction: layout.direction, canEdit },
    ...CARD,
    measured: CARD,
    handles: HANDLES,
    draggable: canEdit,
    connectable: canEdit,
    selectable: false,
    zIndex: drag?.id === card.id ? 10 : 1,
  };
}

function branchEdge(
  id: string,
  parentId: string,
  direction: Direction,
  before: ReadonlyMap<string, LineEdge>,
): LineEdge {
  const key = `branch:${id}`;
  const old = before.get(key);
  if (old?.type === 'branch' && old.source === parentId && old.data?.direction === direction) return old;
  return {
    id: key,
    type: 'branch',
    source: parentId,
    target: id,
    data: { direction },
    focusable: false,
    selectable: false,
    ...UNSAID,
  };
}

function relationEdge(
  relation: Relation,
  { layout: { direction }, canEdit }: Scene,
  before: ReadonlyMap<string, LineEdge>,
): LineEdge {
  const key = `relation:${relation.id}`;
  const old = before.get(key);
  const isSame =
    old?.type === 'relation' &&
    old.data?.relation === relation &&
    old.data.direction === direction &&
    old.data.canEdit === canEdit;
  if (old && isSame) return old;
  return {
    id: key,
    type: 'relation',
    source: relation.from,
    target: relation.to,
    data: { relation, direction, canEdit },
    focusable: false,
    selectable: false,
    interactionWidth: 20,
    // Below the cards: names can be read.
    zIndex: 0,
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--canvas-blocking)' },
    ...UNSAID,
  };
}
