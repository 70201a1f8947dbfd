/**
 * The canvas from far away: all cards in sight as one picture. A click selects, a double click goes there.
 */

import { useReactFlow, useStore } from '@xyflow/react';
import { type MouseEvent, useEffect, useRef } from 'react';
import { useGraphVersion, useView, useWorkspace } from '../../state/hooks.ts';
import { select } from './acts.ts';
import type { Layout } from './layout.ts';
import { paint } from './paint.ts';
import classes from './stage.module.css';
import { typeTone } from './type-tone.ts';
import { usePalette } from './use-palette.ts';
import type { Camera } from './use-view.ts';
import { cardAt, centred, sight } from './viewport.ts';

export function Overview({ layout }: { layout: Layout }) {
  const { graph, schema } = useWorkspace();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const selection = useView((view) => view.selection);
  const version = useGraphVersion();
  const colours = usePalette();

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !colours || version < 0) return;
    sharpen(context, width, height);
    paint(
      context,
      { x, y, zoom },
      {
        layout,
        rect: sight({ x, y, zoom }, { width, height }),
        palette: colours,
        toneOf: (id) => typeTone(schema, graph.node(id)?.type ?? ''),
        selection: new Set(selection),
        nameOf: (id) => graph.node(id)?.name ?? '',
      },
    );
  }, [layout, x, y, zoom, width, height, selection, version, colours, graph, schema]);

  return <canvas ref={canvas} className={classes.overview} aria-hidden />;
}

/** A click on a card of the picture selects it. */
export function useFarClick(layout: Layout): (event: MouseEvent) => void {
  const workspace = useWorkspace();
  const flow = useReactFlow();
  return (event) => {
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const card = cardAt(layout.cards, x, y);
    if (card) select(workspace, card.id, event.shiftKey);
  };
}

/** A double click goes there. */
export function useFarDoubleClick(camera: Camera): (event: MouseEvent) => void {
  const flow = useReactFlow();
  return (event) => {
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    camera.look(centred(x, y, 0.8, camera.size()));
  };
}

/** As many dots as the screen has, and nothing on it. */
export function sharpen(context: CanvasRenderingContext2D, width: number, height: number): void {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  context.canvas.width = Math.round(width * ratio);
  context.canvas.height = Math.round(height * ratio);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.scale(ratio, ratio);
}
