/**
 * How it stands with what was said: whether it was sent, whether it got an answer, whether an answer is whole.
 */

import { Button } from '@mantine/core';
import type { MessageView } from '@protocol';
import { IconAlertTriangle, IconPlayerStopFilled, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { AnswerText, PendingMessage } from '../../core/index.ts';
import { type Conversation, Refusal } from '../../net/index.ts';
import { useTalk } from '../../state/chat-hooks.ts';
import { useStatus } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { reasonOf } from '../../state/reason.ts';
import { who } from '../../state/who.ts';
import classes from './chat.module.css';
import { againOf } from './question.ts';

/** What became of a question, and how an answer ended that is not whole. */
export function QuestionState({
  conversation,
  message,
}: {
  conversation: Conversation;
  message: MessageView;
}) {
  const { unanswered } = useTalk(conversation);
  const { userId } = useStore(who);
  const failed = unanswered.find(({ messageId }) => messageId === message.message_id);
  if (failed && !message.deleted_at) {
    const isOwn = message.author.user_id === userId;
    // What it was asked about is gone.
    const ask = failed.why.code === 'NODE_NOT_FOUND' ? {} : againOf(message.metadata);
    return (
      <div className={classes.failed} role="alert">
        <IconAlertTriangle size={14} aria-hidden />
        <span>The assistant did not answer: {reasonOf(new Refusal(failed.why))}</span>
        {isOwn && (
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconRefresh size={13} />}
            onClick={() => conversation.voice.askAgain(message, ask)}
          >
            Ask again
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => conversation.dismiss(message.message_id)}
        >
          Leave it
        </Button>
      </div>
    );
  }
  const why = message.role === 'assistant' ? BROKEN_OFF[String(message.metadata?.reason)] : undefined;
  return why ? <div className={classes.note}>{why}</div> : null;
}

const BROKEN_OFF: Readonly<Record<string, string>> = {
  length: 'The answer was longer than it may be',
  cancelled: 'Stopped',
  abandoned: 'Stopped, since nobody was there to read it',
  error: 'The answer broke off',
};

/** On its way to the server, or refused by it. */
export function PendingState({
  conversation,
  pending,
}: {
  conversation: Conversation;
  pending: PendingMessage;
}) {
  const isLive = useStatus() === 'live';
  const { messageId, refused } = pending;
  if (!refused) {
    return <div className={classes.note}>{isLive ? 'Sending…' : 'Waits for the connection'}</div>;
  }
  return (
    <div className={classes.failed} role="alert">
      <IconAlertTriangle size={14} aria-hidden />
      <span>Not sent: {reasonOf(new Refusal(refused))}</span>
      <Button size="compact-xs" variant="light" onClick={() => conversation.voice.again(messageId)}>
        Try again
      </Button>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        onClick={() => conversation.voice.discard(messageId)}
      >
        Discard
      </Button>
    </div>
  );
}

/** An answer that is being written. */
export function AnswerState({ conversation, answer }: { conversation: Conversation; answer: AnswerText }) {
  const [isStopping, setStopping] = useState(false);
  const stop = async () => {
    setStopping(true);
    try {
      await conversation.stop(answer.streamId);
    } catch (error) {
      setStopping(false);
      // It ended by itself meanwhile.
      if (error instanceof Refusal && error.code === 'STREAM_NOT_FOUND') return;
      notify({ kind: 'error', title: 'The answer was not stopped', text: reasonOf(error) });
    }
  };
  return (
    <div className={classes.writing}>
      <span className={classes.dots} aria-hidden>
        <i />
        <i />
        <i />
      </span>
      <Button
        size="compact-xs"
        variant="default"
        leftSection={<IconPlayerStopFilled size={12} />}
        loading={isStopping}
        onClick={() => void stop()}
      >
        Stop
      </Button>
    </div>
  );
}
