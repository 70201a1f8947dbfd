/**
 * Says what came to who cannot see it: a message of somebody else as a whole, an answer as it begins and when it is there.
 */

import { VisuallyHidden } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { useStore } from 'zustand';
import type { Conversation } from '../../net/index.ts';
import { useTalk } from '../../state/chat-hooks.ts';
import { who } from '../../state/who.ts';
import { useNames } from './author.tsx';

export function Announcer({ conversation }: { conversation: Conversation }) {
  const { conversation: view, answers } = useTalk(conversation);
  const { userId } = useStore(who);
  const names = useNames();
  const [heard, setHeard] = useState(view.head);
  const [said, setSaid] = useState('');
  const tell = useEffectEvent((head: number) => {
    const news = conversation.talk.messages.filter(
      ({ seq, author, deleted_at }) => seq > heard && author.user_id !== userId && !deleted_at,
    );
    setHeard(head);
    const texts = news.map(
      ({ author, role, text }) => `${role === 'assistant' ? 'Assistant' : names(author)}: ${text}`,
    );
    if (texts.length > 0) setSaid(texts.join('\n'));
  });
  useEffect(() => tell(view.head), [view.head]);
  const answering = answers.length > 0;
  useEffect(() => {
    if (answering) setSaid('The assistant is answering');
  }, [answering]);
  return (
    <VisuallyHidden aria-live="polite" aria-label="What comes in the chat" role="status">
      {said}
    </VisuallyHidden>
  );
}
