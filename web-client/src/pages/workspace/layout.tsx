/**
 * Where the parts of an open project stand.
 */

import { Anchor, Title } from '@mantine/core';
import { Link } from 'wouter';
import { Canvas } from '../../components/canvas/canvas.tsx';
import { Help } from '../../components/help/help.tsx';
import { HistoryPanel } from '../../components/history/history-panel.tsx';
import { Inspector } from '../../components/inspector/inspector.tsx';
import { Outline } from '../../components/outline/outline.tsx';
import { Palette } from '../../components/palette/palette.tsx';
import { Participants } from '../../components/presence/participants.tsx';
import { StatusBadge } from '../../components/status/status-badge.tsx';
import { useView } from '../../state/hooks.ts';
import classes from './layout.module.css';

export function Layout() {
  const name = useView((view) => view.name);
  const panel = useView((view) => view.panel);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Anchor component={Link} href="/">
          Projects
        </Anchor>
        <Title order={1} size="h4">
          {name}
        </Title>
        <StatusBadge />
        <Participants />
      </header>
      <main className={classes.columns}>
        <section className={classes.column} aria-label="Outline">
          <Outline />
        </section>
        <section className={classes.column} aria-label={panel === 'graph' ? 'Graph' : 'History'}>
          {panel === 'graph' ? <Canvas /> : <HistoryPanel />}
        </section>
        <section className={classes.column} aria-label="Properties">
          <Inspector />
        </section>
      </main>
      <Palette />
      <Help />
    </div>
  );
}
