/**
 * The edge between two columns, moved by pointer or by arrow keys.
 */

import { type PointerEvent, useRef } from 'react';
import classes from './layout.module.css';
import { NARROWEST, resized, WIDEST } from './widths.ts';

interface ResizerProps {
  readonly label: string;
  readonly width: number;
  /** The side of the edge that its column stands on. */
  readonly side: 'left' | 'right';
  readonly onResize: (width: number) => void;
}

export function Resizer({ label, width, side, onResize }: ResizerProps) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const move = ({ clientX }: PointerEvent) => {
    if (!start.current) return;
    const way = clientX - start.current.x;
    onResize(start.current.width + (side === 'left' ? way : -way));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule has no value, and cannot be moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      tabIndex={0}
      className={classes.resizer}
      data-side={side}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        start.current = null;
      }}
      onKeyDown={(event) => {
        const next = resized(width, event.key, side === 'left' ? 'ArrowRight' : 'ArrowLeft');
        if (next === null) return;
        event.preventDefault();
        onResize(next);
      }}
    />
  );
}
