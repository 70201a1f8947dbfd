/**
 * The conversations of the project, and how to begin one.
 */

import { Alert, Badge, Button, Loader, TextInput, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { unreadOf } from '../../core/index.ts';
import type { Conversation } from '../../net/index.ts';
import { useChat, useChatView, useTalk } from '../../state/chat-hooks.ts';
import { useView } from '../../state/hooks.ts';
import { reasonOf } from '../../state/reason.ts';
import { who } from '../../state/who.ts';
import { Ago } from '../time/ago.tsx';
import classes from './chat.module.css';
import { LONGEST_TITLE } from './longest.ts';

/** `end` stands at the end of its bar. */
export function ConversationList({ end }: { end: ReactNode }) {
  const chat = useChat();
  const all = useChatView((view) => view.all);
  const hasMore = useChatView((view) => view.hasMore);
  const failure = useChatView((view) => view.failure);
  const frame = useRef<HTMLDivElement>(null);
  const comeHere = useCallback(() => frame.current?.focus({ preventScroll: true }), []);
  // It comes when somebody opens it, or goes back to it.
  useEffect(comeHere, [comeHere]);
  return (
    <>
      <div className={classes.bar}>
        <h2 className={classes.title} data-alone>
          Chat
        </h2>
        {end}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: it is no part of a form */}
      <div
        ref={frame}
        role="group"
        aria-label="Conversations of the project"
        tabIndex={-1}
        className={classes.listFrame}
      >
        <Begin isOnly={all?.length === 0} onCancel={comeHere} />
        {failure && (
          <Alert color="yellow" role="alert" title="The conversations could not be read" m="sm">
            {failure}{' '}
            <Button size="compact-xs" variant="light" color="yellow" onClick={() => void chat.refresh()}>
              Try again
            </Button>
          </Alert>
        )}
        {!all && !failure && <Loader size="sm" m="lg" aria-label="Reading the conversations" />}
        {all && all.length > 0 && (
          <ul className={classes.list} aria-label="Conversations">
            {all.map((conversation) => (
              <li key={conversation.id}>
                <Line conversation={conversation} />
              </li>
            ))}
          </ul>
        )}
        {hasMore && (
          <Button size="compact-sm" variant="subtle" color="gray" m="xs" onClick={() => void chat.more()}>
            Show older ones
          </Button>
        )}
      </div>
    </>
  );
}

function Line({ conversation }: { conversation: Conversation }) {
  const chat = useChat();
  const talk = useTalk(conversation);
  const { userId } = useStore(who);
  const { title, last_message_at, created_at } = talk.conversation;
  const unread = unreadOf(talk, userId);
  return (
    <UnstyledButton className={classes.line} onClick={() => chat.open(conversation.id)}>
      <span className={classes.lineTitle} data-unread={unread > 0 || undefined}>
        {title}
      </span>
      <Ago at={last_message_at ?? created_at} className={classes.time} />
      {unread > 0 && (
        <Badge size="sm" circle={unread < 10} aria-label={`${unread} not read`}>
          {unread > 99 ? '99+' : unread}
        </Badge>
      )}
    </UnstyledButton>
  );
}

function Begin({ isOnly, onCancel }: { isOnly: boolean; onCancel: () => void }) {
  const role = useView((view) => view.role);
  const [isOpen, setOpen] = useState(false);
  const mayBegin = role !== 'viewer';
  if (mayBegin && isOpen) {
    return (
      <BeginForm
        close={() => {
          setOpen(false);
          onCancel();
        }}
      />
    );
  }
  const button = mayBegin && (
    <Button
      size="xs"
      variant={isOnly ? 'filled' : 'default'}
      leftSection={<IconPlus size={14} />}
      onClick={() => setOpen(true)}
    >
      New conversation
    </Button>
  );
  if (!isOnly) return button && <div className={classes.begin}>{button}</div>;
  return (
    <div className={classes.empty}>
      <strong>Nobody talks here yet</strong>
      {mayBegin
        ? 'Begin a conversation: everybody who may see this project can read it and join in.'
        : 'Conversations about this project will stand here.'}
      {button}
    </div>
  );
}

function BeginForm({ close }: { close: () => void }) {
  const chat = useChat();
  const [title, setTitle] = useState('');
  const [failure, setFailure] = useState<string | null>(null);
  const [isUnderWay, setUnderWay] = useState(false);
  const begin = async () => {
    setUnderWay(true);
    try {
      await chat.begin(title.trim());
    } catch (error) {
      setFailure(reasonOf(error));
      setUnderWay(false);
    }
  };
  return (
    <form
      className={classes.begin}
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim()) void begin();
      }}
    >
      <TextInput
        label="What is it about?"
        placeholder="The strip-down"
        size="sm"
        autoFocus
        maxLength={LONGEST_TITLE}
        value={title}
        error={failure}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          close();
        }}
      />
      <div className={classes.beginButtons}>
        <Button type="submit" size="xs" loading={isUnderWay} disabled={!title.trim()}>
          Begin
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={close}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
