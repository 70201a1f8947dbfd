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
export function bow(from: Point, to: Point, direction: Direction): Bow {
  const [start, end] = [centre(from), centre(to)];
  const isOneLevel =
    direction === 'right' ? Math.abs(end.x - start.x) < CARD.width : Math.abs(end.y - start.y) < CARD.height;
  return isOneLevel ? beside(from, to, direction) : across(start, end);
}

/** Beside the cards of one level, in the gap before the next one: straight lines would go through what stands between. */
function beside(from: Point, to: Point, direction: Direction): Bow {
  const isRight = direction === 'right';
  const sign = isRight ? Math.sign(to.y - from.y) || 1 : Math.sign(to.x - from.x) || 1;
  const [length, size] = isRight ? [to.y - from.y, CARD.height] : [to.x - from.x, CARD.width];
  const bend = Math.min(28 + Math.abs(length) * 0.08, 60);
  const out = (point: Point, side: number, far: number): Point =>
    isRight
      ? { x: point.x + CARD.width + far, y: point.y + CARD.height / 2 + (side * size) / 4 }
      : { x: point.x + CARD.width / 2 + (side * size) / 4, y: point.y + CARD.height + far };
  return cubic(out(from, sign, 0), out(from, sign, bend), out(to, -sign, bend), out(to, -sign, 4));
}

/** From one level to another, a bit to the side, so that there and back are two lines. */
function across(start: Point, end: Point): Bow {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  const bend = Math.min(length * 0.2, 70);
  const control = {
    x: (start.x + end.x) / 2 + (dy / length) * bend,
    y: (start.y + end.y) / 2 - (dx / length) * bend,
  };
  return cubic(towards(start, control, 0), control, control, towards(end, control, 4));
}

export interface Bow {
  readonly path: string;
  readonly middle: Point;
}

function cubic(a: Point, b: Point, c: Point, d: Point): Bow {
  const middle = { x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8, y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8 };
  return { path: `M${at(a)} C${at(b)} ${at(c)} ${at(d)}`, middle };
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
