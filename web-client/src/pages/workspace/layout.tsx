/**
 * Where the parts of an open project stand, with as much room as there is.
 */

import { useState } from 'react';
import { Help } from '../../components/help/help.tsx';
import { SignInAgain } from '../../components/identity/sign-in-again.tsx';
import { Palette } from '../../components/palette/palette.tsx';
import { useTellName } from '../../components/presence/own-name.tsx';
import { useFollowing } from '../../components/presence/use-following.ts';
import { Banner } from '../../components/status/banner.tsx';
import { useStatus, useWorkspace } from '../../state/hooks.ts';
import { Columns } from './columns.tsx';
import { Header } from './header.tsx';
import classes from './layout.module.css';
import { Deleted, Opening } from './not-open.tsx';
import { Tabs } from './tabs.tsx';
import { useRoom } from './use-room.ts';

export function Layout() {
  const room = useRoom();
  const [wish, setWish] = useState<boolean | null>(null);
  const isInspectorOpen = wish ?? room === 'desktop';
  useFollowing();
  useTellName();
  if (useStatus() === 'gone') return <Deleted />;
  return (
    <div className={classes.page}>
      <a className={classes.skip} href="#outline">
        Skip to the outline
      </a>
      <a className={classes.skip} href="#properties">
        Skip to the properties
      </a>
      <Header
        room={room}
        isInspectorOpen={isInspectorOpen}
        onToggleInspector={() => setWish(!isInspectorOpen)}
      />
      <div>
        <SignInAgain />
        <Banner />
      </div>
      <Main room={room} isInspectorOpen={isInspectorOpen} onCloseInspector={() => setWish(false)} />
      <Palette />
      <Help />
    </div>
  );
}

interface MainProps {
  readonly room: ReturnType<typeof useRoom>;
  readonly isInspectorOpen: boolean;
  readonly onCloseInspector: () => void;
}

function Main({ room, isInspectorOpen, onCloseInspector }: MainProps) {
  const { session } = useWorkspace();
  // The first reading of the graph ends with another status.
  useStatus();
  if (!session.replica.place) return <Opening />;
  if (room === 'phone') return <Tabs />;
  return (
    <Columns
      isDrawer={room === 'tablet'}
      isInspectorOpen={isInspectorOpen}
      onCloseInspector={onCloseInspector}
    />
  );
}
