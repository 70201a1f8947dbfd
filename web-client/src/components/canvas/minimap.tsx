/**
 * A map of the whole graph in the corner, coloured by type. Pressing or dragging on it goes there.
 */

import { useStore } from '@xyflow/react';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { useView, useWorkspace } from '../../state/hooks.ts';
import type { Layout } from './layout.ts';
import { sharpen } from './overview.tsx';
import { paint } from './paint.ts';
import classes from './stage.module.css';
import { typeTone } from './type-tone.ts';
import { usePalette } from './use-palette.ts';
import type { Camera } from './use-view.ts';
import { centred, framed, sight } from './viewport.ts';

const SIZE = { width: 168, height: 112 };
/** A map of one card is no picture of it. */
const MOST_ZOOM = 0.14;

export function Minimap({ layout, camera }: { layout: Layout; camera: Camera }) {
  const { graph, schema } = useWorkspace();
  const canvas = useRef<HTMLCanvasElement>(null);
  const selection = useView((view) => view.selection);
  const colours = usePalette();
  const map = useMemo(() => framed(layout.bounds, SIZE, 6, MOST_ZOOM), [layout]);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !colours) return;
    // A large one is drawn when there is time.
    const timer = setTimeout(() => {
      sharpen(context, SIZE.width, SIZE.height);
      paint(context, map, {
        layout,
        rect: layout.bounds,
        palette: colours,
        toneOf: (id) => typeTone(schema, graph.node(id)?.type ?? ''),
        selection: new Set(selection),
      });
    }, 0);
    return () => clearTimeout(timer);
  }, [layout, map, selection, colours, graph, schema]);

  const go = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left - map.x) / map.zoom;
    const y = (event.clientY - box.top - map.y) / map.zoom;
    camera.jump(centred(x, y, camera.viewport().zoom, camera.size()));
  };
  return (
    <div
      className={classes.minimap}
      role="img"
      aria-label={`Map of the graph, ${layout.cards.length} cards`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) go(event);
      }}
    >
      <canvas ref={canvas} style={SIZE} aria-hidden />
      <Frame map={map} />
    </div>
  );
}

/** What is in sight. */
function Frame({ map }: { map: { readonly x: number; readonly y: number; readonly zoom: number } }) {
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const rect = sight({ x, y, zoom }, { width, height });
  return (
    <span
      className={classes.frame}
      style={{
        transform: `translate(${rect.x * map.zoom + map.x}px, ${rect.y * map.zoom + map.y}px)`,
        width: Math.max(rect.width * map.zoom, 4),
        height: Math.max(rect.height * map.zoom, 4),
      }}
    />
  );
}
