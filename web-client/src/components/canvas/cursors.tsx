/**
 * Where the others point.
 */

import { useStore, ViewportPortal } from '@xyflow/react';
import { useParticipants, useWorkspace } from '../../state/hooks.ts';
import type { CommonRows } from '../../state/pointers.ts';
import { PointerMark } from '../presence/pointer-mark.tsx';
import classes from './cursors.module.css';
import type { Layout } from './layout.ts';
import { peerOf } from './peers.ts';
import { understand } from './pointer.ts';
import { useOthers } from './use-presence.ts';

export function Cursors({ layout, rows }: { layout: Layout; rows: () => CommonRows }) {
  const { graph } = useWorkspace();
  const others = useOthers(useParticipants());
  const zoom = useStore(({ transform }) => transform[2]);
  const pointers = others.flatMap((participant) => {
    const { cursor, status } = participant;
    const place = cursor && status === 'active' && understand(graph, layout, rows(), cursor);
    return place ? { ...peerOf(participant), place } : [];
  });
  return (
    <ViewportPortal>
      {pointers.map(({ userId, name, color, place }) => (
        <div
          key={userId}
          className={classes.cursor}
          style={{ transform: `translate(${place.x}px, ${place.y}px)` }}
          aria-hidden
        >
          <div className={classes.size} style={{ transform: `scale(${1 / zoom})` }}>
            <PointerMark name={name} color={color} />
          </div>
        </div>
      ))}
    </ViewportPortal>
  );
}
