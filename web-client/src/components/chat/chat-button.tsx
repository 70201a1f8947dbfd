/**
 * Opens and closes what is said about the project, and says how much of it was not read. The panel itself is loaded when it is
 * wanted.
 */

import { ActionIcon, Indicator, Tooltip } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useEffect } from 'react';
import { toggleChat } from '../../state/chat.ts';
import { useUnread } from '../../state/chat-hooks.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';

/** Where the focus goes when the panel is closed. */
export const CHAT_BUTTON = 'chat-button';

/** When the panel is loaded though nobody asked for it yet, in milliseconds: it is there offline, too. */
const SOON = 3_000;

export function ChatButton() {
  const workspace = useWorkspace();
  const isOpen = useView((view) => view.isChatOpen);
  const unread = useUnread();
  useEffect(() => {
    const timer = setTimeout(() => void import('./chat-panel.tsx').catch(() => undefined), SOON);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Tooltip label={isOpen ? 'Hide the chat' : 'Show the chat'}>
      <Indicator label={shortCount(unread)} size={16} offset={4} disabled={unread === 0 || isOpen}>
        <ActionIcon
          id={CHAT_BUTTON}
          variant={isOpen ? 'light' : 'subtle'}
          color="gray"
          size={32}
          aria-label={unread > 0 ? `Chat, ${unread} not read` : 'Chat'}
          aria-pressed={isOpen}
          onClick={() => toggleChat(workspace)}
        >
          <IconMessages size={18} />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}

/** As much as there is room for. */
export function shortCount(unread: number): string {
  return unread > 99 ? '99+' : String(unread);
}
