/**
 * Following somebody: the canvas shows what they point at or have selected, until one moves it oneself.
 */

import { Button, Paper } from '@mantine/core';
import { useEffect } from 'react';
import { useParticipants, useView, useWorkspace } from '../../state/hooks.ts';
import type { CommonRows } from '../../state/pointers.ts';
import { reveal } from '../../state/workspace.ts';
import type { Layout } from './layout.ts';
import { peerOf } from './peers.ts';
import { understand } from './pointer.ts';
import classes from './stage.module.css';
import { type Camera, showCard } from './use-view.ts';
import { centred, sight } from './viewport.ts';

interface FollowProps {
  readonly layout: Layout;
  readonly rows: () => CommonRows;
  readonly camera: Camera;
  readonly isThere: boolean;
}

export function Follow({ layout, rows, camera, isThere }: FollowProps) {
  const { view, graph } = useWorkspace();
  const following = useView((state) => state.following);
  const participant = useParticipants().get(following ?? '');
  const cursor = participant?.cursor;
  const selected = participant?.selection?.at(-1);

  useEffect(() => {
    if (following !== null && !participant) view.setState({ following: null });
  }, [following, participant, view]);

  useEffect(() => {
    if (!isThere || following === null || !cursor) return;
    const place = understand(graph, layout, rows(), cursor);
    if (place && !isWellInside(place, camera)) {
      camera.look(centred(place.x, place.y, Math.max(camera.viewport().zoom, 0.4), camera.size()));
    }
  }, [isThere, following, cursor, graph, layout, rows, camera]);

  const card = selected === undefined ? undefined : layout.byId.get(selected);
  const hasCursor = Boolean(cursor);
  useEffect(() => {
    if (isThere && following !== null && card && !hasCursor) showCard(card, camera);
  }, [isThere, following, card, hasCursor, camera]);

  useFollowKeys(following !== null);
  useOpened(following, selected);
  if (!participant || following === null) return null;
  const { name, color } = peerOf(participant);
  return (
    <Paper className={classes.following} withBorder shadow="sm" role="status" style={{ borderColor: color }}>
      <span className={classes.swatch} style={{ background: color }} aria-hidden />
      <span className={classes.followed}>Following {name}</span>
      <Button size="compact-xs" variant="subtle" onClick={() => view.setState({ following: null })}>
        Esc to stop
      </Button>
    </Paper>
  );
}

/** What they selected has to show; one's own selection stays as it is. */
function useOpened(following: string | null, selected: string | undefined) {
  const workspace = useWorkspace();
  useEffect(() => {
    if (following === null || selected === undefined || !workspace.graph.node(selected)) return;
    const { selection } = workspace.view.getState();
    reveal(workspace, selected);
    workspace.view.setState({ selection });
  }, [following, selected, workspace]);
}

function useFollowKeys(isFollowing: boolean) {
  const { view } = useWorkspace();
  useEffect(() => {
    if (!isFollowing) return;
    const stop = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) view.setState({ following: null });
    };
    window.addEventListener('keydown', stop);
    return () => window.removeEventListener('keydown', stop);
  }, [isFollowing, view]);
}

/** Small moves in the middle of what is in sight are not followed: the picture would never rest. */
function isWellInside({ x, y }: { x: number; y: number }, camera: Camera): boolean {
  const rect = sight(camera.viewport(), camera.size());
  const [across, down] = [(x - rect.x) / rect.width, (y - rect.y) / rect.height];
  return across > 0.15 && across < 0.85 && down > 0.15 && down < 0.85;
}
