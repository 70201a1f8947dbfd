/**
 * Draws cards and lines as a picture: for the map in the corner, and for the canvas when there are more cards in sight than can
 * be elements.
 */

import { CARD, type Layout, type Placed, type Rect } from './layout.ts';
import type { Tone } from './type-tone.ts';
import { touches, type Viewport } from './viewport.ts';

export interface Palette {
  readonly card: string;
  readonly line: string;
  readonly selected: string;
  readonly text: string;
  readonly tone: (tone: Tone) => string;
}

/** The theme's colours as they are now: pictures know no variables. */
export function palette(element: Element, isDark: boolean): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--mantine-color-${name}`).trim();
  const tones = new Map<Tone, string>();
  return {
    card: read(isDark ? 'dark-5' : 'gray-2'),
    line: read(isDark ? 'dark-3' : 'gray-4'),
    selected: read('blue-filled'),
    text: read('text'),
    tone(tone) {
      const known = tones.get(tone) ?? read(`${tone}-6`);
      tones.set(tone, known);
      return known;
    },
  };
}

export interface Picture {
  readonly layout: Layout;
  readonly rect: Rect;
  readonly palette: Palette;
  readonly toneOf: (id: string) => Tone;
  readonly selection: ReadonlySet<string>;
  readonly nameOf?: (id: string) => string;
}

/** Draws what is in a rect, as seen through a viewport. */
export function paint(context: CanvasRenderingContext2D, { x, y, zoom }: Viewport, picture: Picture): void {
  const { layout, rect, palette: colours } = picture;
  context.translate(x, y);
  context.scale(zoom, zoom);
  paintLines(context, layout, rect, colours.line, zoom);
  const cards = layout.cards.filter((card) => touches(rect, card));
  // By colour: setting one is what takes the time.
  const groups = grouped(cards, picture.toneOf);
  for (const [tone, group] of groups) paintCards(context, group, colours.tone(tone), colours, zoom);
  context.fillStyle = colours.selected;
  for (const id of picture.selection) {
    const card = layout.byId.get(id);
    const gap = 3 / zoom;
    if (card)
      context.fillRect(
        card.x - gap,
        card.y - gap,
        CARD.width + 2 * gap,
        Math.max(CARD.height, 2 / zoom) + 2 * gap,
      );
  }
  if (picture.nameOf && zoom > 0.14) paintNames(context, cards, picture.nameOf, colours.text);
}

function paintCards(
  context: CanvasRenderingContext2D,
  cards: readonly Placed[],
  color: string,
  colours: Palette,
  zoom: number,
) {
  const isTiny = zoom < 0.1;
  if (!isTiny) {
    context.fillStyle = colours.card;
    for (const { x, y } of cards) context.fillRect(x, y, CARD.width, CARD.height);
  }
  context.fillStyle = color;
  const width = isTiny ? Math.max(CARD.width, 2 / zoom) : Math.max(12, 2 / zoom);
  const height = isTiny ? Math.max(CARD.height, 1.5 / zoom) : CARD.height;
  for (const { x, y } of cards) context.fillRect(x, y, width, height);
}

function paintLines(
  context: CanvasRenderingContext2D,
  layout: Layout,
  rect: Rect,
  color: string,
  zoom: number,
) {
  context.beginPath();
  for (const card of layout.cards) {
    const parent = card.parentId === null ? undefined : layout.byId.get(card.parentId);
    if (!parent || (!touches(rect, card) && !touches(rect, parent))) continue;
    if (layout.direction === 'right') {
      context.moveTo(parent.x + CARD.width, parent.y + CARD.height / 2);
      context.lineTo(card.x, card.y + CARD.height / 2);
    } else {
      context.moveTo(parent.x + CARD.width / 2, parent.y + CARD.height);
      context.lineTo(card.x + CARD.width / 2, card.y);
    }
  }
  context.strokeStyle = color;
  context.lineWidth = 1 / zoom;
  context.stroke();
}

function paintNames(
  context: CanvasRenderingContext2D,
  cards: readonly Placed[],
  nameOf: (id: string) => string,
  color: string,
) {
  context.fillStyle = color;
  context.font = '600 26px system-ui, sans-serif';
  context.textBaseline = 'middle';
  for (const { id, x, y } of cards)
    context.fillText(nameOf(id).slice(0, 13), x + 24, y + CARD.height / 2, CARD.width - 30);
}

function grouped(cards: readonly Placed[], toneOf: (id: string) => Tone): Map<Tone, Placed[]> {
  const groups = new Map<Tone, Placed[]>();
  for (const card of cards) {
    const group = groups.get(toneOf(card.id));
    if (group) group.push(card);
    else groups.set(toneOf(card.id), [card]);
  }
  return groups;
}
