/**
 * What is said in the open project, as components read it.
 */

import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Talk } from '../core/index.ts';
import type { Conversation } from '../net/index.ts';
import { type Chat, type ChatView, chatOf } from './chat.ts';
import { useStatus, useView, useWorkspace } from './hooks.ts';
import { conversationApi } from './server.ts';

/** How often is asked whether there is an assistant, in milliseconds. */
const ASSISTANT_EVERY = 30_000;

export function useChat(): Chat {
  return chatOf(useWorkspace());
}

export function useChatView<Part>(select: (view: ChatView) => Part): Part {
  return useStore(useChat().store, select);
}

/** What is known of a conversation; rendered again when something happens in it. */
export function useTalk(conversation: Conversation): Talk {
  const subscribe = useCallback((listener: () => void) => conversation.subscribe(listener), [conversation]);
  return useSyncExternalStore(subscribe, () => conversation.talk);
}

/** How many messages were not read. */
export function useUnread(): number {
  const chat = useChat();
  return useChatView(() => chat.unread());
}

/**
 * Keeps the list of conversations as it is on the server. What is begun or changed is told; what cannot be told is found when the panel
 * is opened or the page is looked at again: that one was deleted while there was no connection.
 */
export function useChatNews(): void {
  const chat = useChat();
  const isLive = useStatus() === 'live';
  const isOpen = useView((view) => view.isChatOpen);
  useEffect(() => {
    if (!isLive) return;
    const ask = () => {
      if (document.visibilityState === 'visible') void chat.refresh();
    };
    if (isOpen) ask();
    document.addEventListener('visibilitychange', ask);
    return () => document.removeEventListener('visibilitychange', ask);
  }, [chat, isLive, isOpen]);
}

/** Whether there is an assistant. One that was there stays: what keeps it from answering is said where it is asked. */
export function useHasAssistant(): boolean {
  const wasThere = useRef(false);
  const { data = false } = useQuery({
    queryKey: ['assistant'],
    queryFn: () => conversationApi.hasAssistant(),
    refetchInterval: ASSISTANT_EVERY,
    staleTime: ASSISTANT_EVERY / 2,
    retry: false,
  });
  wasThere.current ||= data;
  return wasThere.current;
}
