/**
 * The parts one at a time, for small windows.
 */

import { Indicator } from '@mantine/core';
import { IconAdjustments, IconHistory, IconListTree, IconMessages, IconSchema } from '@tabler/icons-react';
import { useState } from 'react';
import { shortCount } from '../../components/chat/chat-button.tsx';
import { FollowBanner } from '../../components/presence/follow-banner.tsx';
import { useUnread } from '../../state/chat-hooks.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import classes from './layout.module.css';
import { ChatPart, InspectorPart, MiddlePart, OutlinePart } from './parts.tsx';

type Tab = 'outline' | 'middle' | 'properties' | 'chat';

export function Tabs() {
  const { view } = useWorkspace();
  const [last, setLast] = useState<Tab>('outline');
  const isChatOpen = useView((now) => now.isChatOpen);
  const unread = useUnread();
  const tab = isChatOpen ? 'chat' : last;
  const setTab = (next: Tab) => {
    if (next !== 'chat') setLast(next);
    view.setState({ isChatOpen: next === 'chat' });
  };
  const panel = useView((now) => now.panel);
  const tabs: { id: Tab; label: string; Icon: typeof IconSchema }[] = [
    { id: 'outline', label: 'Outline', Icon: IconListTree },
    panel === 'graph'
      ? { id: 'middle', label: 'Graph', Icon: IconSchema }
      : { id: 'middle', label: 'History', Icon: IconHistory },
    { id: 'properties', label: 'Properties', Icon: IconAdjustments },
    { id: 'chat', label: 'Chat', Icon: IconMessages },
  ];
  return (
    <>
      <main className={classes.single}>
        <div className={classes.column} id={tab} role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === 'outline' && <OutlinePart />}
          {tab === 'middle' && <MiddlePart />}
          {tab === 'properties' && <InspectorPart />}
          {tab === 'chat' && <ChatPart isClosable={false} />}
        </div>
        {(tab !== 'middle' || panel !== 'graph') && <FollowBanner />}
      </main>
      <div className={classes.tabs} role="tablist" aria-label="Parts of the project">
        {tabs.map(({ id, label, Icon }, at) => (
          <button
            key={id}
            id={`tab-${id}`}
            type="button"
            role="tab"
            aria-label={id === 'chat' && unread > 0 ? `Chat, ${unread} not read` : undefined}
            aria-selected={tab === id}
            aria-controls={tab === id ? id : undefined}
            tabIndex={tab === id ? 0 : -1}
            className={classes.tab}
            onClick={() => setTab(id)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              const next = step && tabs[(at + step + tabs.length) % tabs.length];
              if (!next) return;
              setTab(next.id);
              document.getElementById(`tab-${next.id}`)?.focus();
            }}
          >
            <Indicator label={shortCount(unread)} size={15} disabled={id !== 'chat' || unread === 0}>
              <Icon size={18} aria-hidden />
            </Indicator>
            {label}
          </button>
        ))}
      </div>
    </>
  );
}
