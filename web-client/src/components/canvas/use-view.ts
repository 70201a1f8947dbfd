/**
 * Where the canvas looks: first, as cards move, as something else is selected, and where somebody who is followed is.
 */

import { useReducedMotion } from '@mantine/hooks';
import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useView } from '../../state/hooks.ts';
import { useBoardStore } from './board.ts';
import { CARD, type Layout, type Placed } from './layout.ts';
import {
  centred,
  firstLook,
  framed,
  type InSight,
  inSight,
  resized,
  roughSight,
  type Size,
  sight,
  touches,
  type Viewport,
} from './viewport.ts';

/** How long a gentle move takes, in milliseconds; as in the style sheet. */
const GENTLE = 220;

export interface Camera {
  readonly size: () => Size;
  readonly viewport: () => Viewport;
  /** Looks elsewhere, gently. */
  readonly look: (viewport: Viewport) => void;
  /** Looks elsewhere at once. */
  readonly jump: (viewport: Viewport) => void;
  readonly zoomBy: (factor: number) => void;
}

export function useCamera(): Camera {
  const flow = useReactFlow();
  const store = useStoreApi();
  const isStill = useReducedMotion(undefined, { getInitialValueInEffect: false });
  return useMemo(() => {
    const duration = isStill ? 0 : GENTLE;
    return {
      size: () => ({ width: store.getState().width, height: store.getState().height }),
      viewport: flow.getViewport,
      look: (viewport) => void flow.setViewport(viewport, { duration }),
      jump: (viewport) => void flow.setViewport(viewport),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration }),
    };
  }, [flow, store, isStill]);
}

/** What is in sight, with a margin; the same as long as little moves. */
export function useInSight(layout: Layout): InSight {
  const key = useStore(({ transform: [x, y, zoom], width, height }) => {
    if (width === 0) return '';
    const rect = roughSight({ x, y, zoom }, { width, height });
    return [rect.x, rect.y, rect.width, rect.height].join(' ');
  });
  return useMemo(() => {
    const [x = 0, y = 0, width = 0, height = 0] = key ? key.split(' ').map(Number) : [];
    return inSight(layout, { x, y, width, height });
  }, [layout, key]);
}

/** The first look, and whether it was had: nothing is drawn before. */
export function useFirstLook(layout: Layout, camera: Camera): boolean {
  const isSized = useStore(({ width, height }) => width > 0 && height > 0);
  const [isThere, setThere] = useState(false);
  useEffect(() => {
    if (isThere || !isSized || layout.cards.length === 0) return;
    camera.jump(firstLook(layout, camera.size()));
    setThere(true);
  }, [isThere, isSized, layout, camera]);
  return isThere;
}

/** Keeps what is in the middle there as panels beside the canvas come and go. */
export function useMiddle(camera: Camera, isThere: boolean) {
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const before = useRef<Size>(undefined);
  useEffect(() => {
    if (!isThere || width === 0 || height === 0) return;
    const [old, now] = [before.current, { width, height }];
    before.current = now;
    if (old) camera.jump(resized(camera.viewport(), old, now));
  }, [camera, isThere, width, height]);
}

/** Keeps a card where it is on the screen as others come and go. */
export function useSteady(layout: Layout, camera: Camera, stage: RefObject<HTMLElement | null>) {
  const board = useBoardStore();
  const before = useRef(layout);
  const selected = useView(({ selection }) => selection.at(-1));
  const lastSelected = useRef(selected);
  lastSelected.current = selected;
  useEffect(() => {
    const old = before.current;
    before.current = layout;
    const size = camera.size();
    if (old === layout || size.width === 0 || old.cards.length === 0) return;
    const viewport = camera.viewport();
    if (old.direction !== layout.direction) {
      camera.look(lookAgain(layout, lastSelected.current, size));
      return;
    }
    const wish = board.getState().anchor ?? lastSelected.current;
    board.setState({ anchor: null });
    const card = steadyCard(old, layout, viewport, size, wish);
    const now = card && layout.byId.get(card.id);
    if (!card || !now || (now.x === card.x && now.y === card.y)) return;
    glide(stage.current);
    const { x, y, zoom } = viewport;
    camera.jump({ x: x - (now.x - card.x) * zoom, y: y - (now.y - card.y) * zoom, zoom });
  }, [layout, camera, board, stage]);
}

/** The card to keep in place: the wish if it is in sight, or else what is nearest to the middle of it. */
function steadyCard(
  old: Layout,
  now: Layout,
  viewport: Viewport,
  size: Size,
  wish?: string,
): Placed | undefined {
  const rect = sight(viewport, size);
  const wished = wish === undefined ? undefined : old.byId.get(wish);
  if (wished && now.byId.has(wished.id) && touches(rect, wished)) return wished;
  const [x, y] = [rect.x + rect.width / 2 - CARD.width / 2, rect.y + rect.height / 2 - CARD.height / 2];
  let best: Placed | undefined;
  for (const card of old.cards) {
    if (!now.byId.has(card.id)) continue;
    if (!best || Math.hypot(card.x - x, card.y - y) < Math.hypot(best.x - x, best.y - y)) best = card;
  }
  return best;
}

function lookAgain(layout: Layout, selected: string | undefined, size: Size): Viewport {
  const first = firstLook(layout, size);
  const card = selected === undefined ? undefined : layout.byId.get(selected);
  if (!card || touches(sight(first, size), card)) return first;
  return centred(card.x + CARD.width / 2, card.y + CARD.height / 2, first.zoom, size);
}

/** The viewport moves with the cards, in the same time and by the same curve, so that what is to stay stays. */
function glide(stage: HTMLElement | null) {
  if (!stage) return;
  stage.dataset.gliding = 'true';
  setTimeout(() => delete stage.dataset.gliding, GENTLE);
}

/** What is selected comes to the middle, if it is out of sight. */
export function useCentre(layout: Layout, camera: Camera, isThere: boolean) {
  const selected = useView(({ selection }) => selection.at(-1));
  const seen = useRef(selected);
  useEffect(() => {
    if (!isThere || seen.current === selected) return;
    const card = selected === undefined ? undefined : layout.byId.get(selected);
    // It may be opened in a moment.
    if (!card) return;
    seen.current = selected;
    showCard(card, camera);
  }, [layout, camera, selected, isThere]);
}

/** Brings a card to the middle unless most of it is in sight. */
export function showCard(card: Placed, camera: Camera): void {
  const [size, viewport] = [camera.size(), camera.viewport()];
  const { x, y, width, height } = sight(viewport, size);
  const [middleX, middleY] = [card.x + CARD.width / 2, card.y + CARD.height / 2];
  const margin = Math.min(24, width / 8, height / 8);
  const isInside =
    middleX > x + margin &&
    middleX < x + width - margin &&
    middleY > y + margin &&
    middleY < y + height - margin;
  if (!isInside) camera.look(centred(middleX, middleY, Math.max(viewport.zoom, 0.4), size));
}

/** Looks at everything. */
export function showAll(layout: Layout, camera: Camera): void {
  camera.look(framed(layout.bounds, camera.size()));
}
