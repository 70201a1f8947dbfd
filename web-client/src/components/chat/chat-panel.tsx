/**
 * What is said about the project: all conversations, or one of them.
 */

import { CloseButton } from '@mantine/core';
import { useChat, useChatView } from '../../state/chat-hooks.ts';
import { useWorkspace } from '../../state/hooks.ts';
import classes from './chat.module.css';
import { CHAT_BUTTON } from './chat-button.tsx';
import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation-view.tsx';

export function ChatPanel({ isClosable }: { isClosable: boolean }) {
  const { view } = useWorkspace();
  const chat = useChat();
  const open = useChatView(({ all, openId }) => all?.find(({ id }) => id === openId));
  const close = () => {
    view.setState({ isChatOpen: false });
    requestAnimationFrame(() => document.getElementById(CHAT_BUTTON)?.focus());
  };
  const end = isClosable && (
    <CloseButton size={28} iconSize={16} aria-label="Close the chat" onClick={close} />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys that nothing in it has taken
    <div
      className={classes.panel}
      onKeyDown={(event) => {
        // What is in it takes the key first; menus and dialogs of it stand elsewhere in the page.
        const isHere = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (event.key !== 'Escape' || event.defaultPrevented || !isHere) return;
        event.preventDefault();
        if (open) chat.open(null);
        else if (isClosable) close();
      }}
    >
      {open ? (
        <ConversationView key={open.id} conversation={open} end={end} />
      ) : (
        <ConversationList end={end} />
      )}
    </div>
  );
}
