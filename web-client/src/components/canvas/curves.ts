/**
 * The shapes of lines between cards, as SVG paths. Every line of a kind has the same commands, so that browsers can move one into
 * another smoothly.
 */

import { CARD, type Direction } from './layout.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** From a parent's card to a child's. */
export function branch(parent: Point, child: Point, direction: Direction): string {
  if (direction === 'right') {
    const [from, to] = [
      { x: parent.x + CARD.width, y: parent.y + CARD.height / 2 },
      { x: child.x, y: child.y + CARD.height / 2 },
    ];
    const middle = (from.x + to.x) / 2;
    return `M${from.x},${from.y} C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
  }
  const [from, to] = [
    { x: parent.x + CARD.width / 2, y: parent.y + CARD.height },
    { x: child.x + CARD.width / 2, y: child.y },
  ];
  const middle = (from.y + to.y) / 2;
  return `M${from.x},${from.y} C${from.x},${middle} ${to.x},${middle} ${to.x},${to.y}`;
}

/** A bow from one card to another, from edge to edge, and its middle. */
export function bow(from: Point, to: Point): { readonly path: string; readonly middle: Point } {
  const [start, end] = [centre(from), centre(to)];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(length * 0.25, 90);
  const control = {
    x: (start.x + end.x) / 2 + (dy / length) * bend,
    y: (start.y + end.y) / 2 - (dx / length) * bend,
  };
  const [a, b] = [towards(start, control, 0), towards(end, control, 4)];
  const middle = { x: a.x / 4 + control.x / 2 + b.x / 4, y: a.y / 4 + control.y / 2 + b.y / 4 };
  return { path: `M${at(a)} Q${at(control)} ${at(b)}`, middle };
}

function centre({ x, y }: Point): Point {
  return { x: x + CARD.width / 2, y: y + CARD.height / 2 };
}

/** Where the way from a card's middle to a place leaves the card, and a gap. */
function towards(middle: Point, place: Point, gap: number): Point {
  const [dx, dy] = [place.x - middle.x, place.y - middle.y];
  const across = dx === 0 ? Number.POSITIVE_INFINITY : (CARD.width / 2 + gap) / Math.abs(dx);
  const down = dy === 0 ? Number.POSITIVE_INFINITY : (CARD.height / 2 + gap) / Math.abs(dy);
  const part = Math.min(across, down, 1);
  return { x: middle.x + dx * part, y: middle.y + dy * part };
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}
