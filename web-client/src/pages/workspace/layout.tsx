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
import { useChatNews } from '../../state/chat-hooks.ts';
import { useStatus, useView, useWorkspace } from '../../state/hooks.ts';
import { Columns } from './columns.tsx';
import { Header } from './header.tsx';
import classes from './layout.module.css';
import { Deleted, Opening } from './not-open.tsx';
import { Tabs } from './tabs.tsx';
import { useHasRoomForBoth, useRoom } from './use-room.ts';

export function Layout() {
  const room = useRoom();
  const { view } = useWorkspace();
  const isChatOpen = useView((now) => now.isChatOpen);
  const hasRoomForBoth = useHasRoomForBoth();
  const [wish, setWish] = useState<boolean | null>(null);
  const isChatInstead = isChatOpen && !hasRoomForBoth;
  const isInspectorOpen = (wish ?? room === 'desktop') && !isChatInstead;
  const toggleInspector = () => {
    setWish(!isInspectorOpen);
    if (isChatInstead) view.setState({ isChatOpen: false });
  };
  useFollowing();
  useTellName();
  useChatNews();
  if (useStatus() === 'gone') return <Deleted />;
  return (
    <div className={classes.page}>
      <a className={classes.skip} href="#outline">
        Skip to the outline
      </a>
      <a className={classes.skip} href="#properties">
        Skip to the properties
      </a>
      {isChatOpen && (
        <a className={classes.skip} href="#chat">
          Skip to the chat
        </a>
      )}
      <Header room={room} isInspectorOpen={isInspectorOpen} onToggleInspector={toggleInspector} />
      <div>
        <SignInAgain />
        <Banner />
      </div>
      <Main
        room={room}
        isInspectorOpen={isInspectorOpen}
        onCloseInspector={() => setWish(false)}
        isChatOpen={isChatOpen}
      />
      <Palette />
      <Help />
    </div>
  );
}

interface MainProps {
  readonly room: ReturnType<typeof useRoom>;
  readonly isInspectorOpen: boolean;
  readonly onCloseInspector: () => void;
  readonly isChatOpen: boolean;
}

function Main({ room, ...columns }: MainProps) {
  const { session } = useWorkspace();
  // The first reading of the graph ends with another status.
  useStatus();
  if (!session.replica.place) return <Opening />;
  if (room === 'phone') return <Tabs />;
  return <Columns isDrawer={room === 'tablet'} {...columns} />;
}
