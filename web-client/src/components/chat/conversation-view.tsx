/**
 * One conversation: what was said in it, and where more is written.
 */

import { ActionIcon, Alert, Button, Group, Text } from '@mantine/core';
import type { MessageView } from '@protocol';
import { IconChevronLeft } from '@tabler/icons-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { type Conversation, Refusal } from '../../net/index.ts';
import { useChat, useChatView, useTalk } from '../../state/chat-hooks.ts';
import { useView } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { reasonOf } from '../../state/reason.ts';
import { who } from '../../state/who.ts';
import { Dialog } from '../dialog/dialog.tsx';
import { Announcer } from './announcer.tsx';
import classes from './chat.module.css';
import { Composer } from './composer.tsx';
import { ConversationMenu } from './conversation-menu.tsx';
import { ConversationTitle } from './conversation-title.tsx';
import { Log } from './log.tsx';
import { TypingLine } from './typing-line.tsx';

interface Props {
  readonly conversation: Conversation;
  /** What stands at the end of its bar. */
  readonly end: ReactNode;
}

export function ConversationView({ conversation, end }: Props) {
  const chat = useChat();
  const { conversation: view } = useTalk(conversation);
  // What is over is told by a change alone.
  useChatView(({ version }) => version);
  const isReading = useView(({ role }) => role === 'viewer');
  const [editing, setEditing] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<MessageView | null>(null);
  const [isRenaming, setRenaming] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const toField = useCallback(() => field.current?.focus(), []);
  const edit = useCallback((messageId: string | null) => {
    setEditing((before) => {
      if (before && !messageId) backTo(before);
      return messageId;
    });
  }, []);
  const editLast = () => {
    const { userId } = who.getState();
    const last = conversation.talk.messages.findLast(
      ({ author, role, deleted_at }) => author.user_id === userId && role === 'user' && !deleted_at,
    );
    if (last) setEditing(last.message_id);
  };
  // On a phone it would open the keyboard over what is there to be read.
  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) (field.current ?? back.current)?.focus();
  }, []);
  return (
    <>
      <div className={classes.bar}>
        <ActionIcon
          ref={back}
          variant="subtle"
          color="gray"
          size={28}
          aria-label="All conversations"
          title="All conversations"
          onClick={() => chat.open(null)}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        <ConversationTitle
          title={view.title}
          isRenaming={isRenaming}
          onEnd={(title) => {
            setRenaming(false);
            if (title) void chat.rename(conversation, title);
          }}
        />
        <ConversationMenu conversation={conversation} onRename={() => setRenaming(true)} />
        {end}
      </div>
      <Log
        conversation={conversation}
        editing={editing}
        onEdit={edit}
        onDelete={setDeleting}
        onLeave={toField}
      />
      <Announcer conversation={conversation} />
      <div className={classes.foot}>
        <TypingLine conversation={conversation} />
        <Foot conversation={conversation} isReading={isReading}>
          <Composer conversation={conversation} field={field} onEditLast={editLast} />
        </Foot>
      </div>
      {deleting && (
        <DeleteMessage conversation={conversation} message={deleting} close={() => setDeleting(null)} />
      )}
    </>
  );
}

/** Where one writes, or why one cannot. */
function Foot(props: { conversation: Conversation; isReading: boolean; children: ReactNode }) {
  const { conversation, isReading, children } = props;
  const { refusal } = conversation;
  if (refusal) {
    return (
      <Alert color="yellow" role="alert" title="Nothing more is said here" m="sm">
        {reasonOf(refusal)}
      </Alert>
    );
  }
  if (!isReading) return children;
  return (
    <Text size="sm" c="dimmed" p="sm">
      You may read here. Commenters, editors and owners of the project may write.
    </Text>
  );
}

function DeleteMessage(props: { conversation: Conversation; message: MessageView; close: () => void }) {
  const { conversation, message, close } = props;
  const [isDeleting, setDeleting] = useState(false);
  const run = async () => {
    setDeleting(true);
    try {
      await conversation.delete(message.message_id);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notify({ kind: 'error', title: 'The message was not deleted', text: reasonOf(error) });
    }
    close();
  };
  return (
    <Dialog onClose={close} title="Delete this message?" size="sm">
      <Text size="sm" className={classes.quoted}>
        {message.text}
      </Text>
      <Text size="sm" mt="sm">
        It goes for everybody, and does not come back. Its place stays.
      </Text>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button color="red" loading={isDeleting} onClick={() => void run()} data-autofocus>
          Delete
        </Button>
      </Group>
    </Dialog>
  );
}

/** The line that was written anew has the keyboard again. */
function backTo(messageId: string) {
  requestAnimationFrame(() => {
    const line = document.querySelector<HTMLElement>(`article[data-key="${CSS.escape(messageId)}"]`);
    line?.focus({ preventScroll: true });
  });
}
