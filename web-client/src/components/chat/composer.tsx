/**
 * Where messages are written, and whether the assistant is to answer.
 */

import { ActionIcon, Textarea } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import type { Conversation } from '../../net/index.ts';
import { NO_DRAFT } from '../../state/chat.ts';
import { useChat, useChatView, useHasAssistant } from '../../state/chat-hooks.ts';
import { useNode, useView } from '../../state/hooks.ts';
import { AskRow } from './ask-row.tsx';
import classes from './chat.module.css';
import { LONGEST } from './longest.ts';
import { question } from './question.ts';

interface Props {
  readonly conversation: Conversation;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  /** Writes the last own message anew. */
  readonly onEditLast: () => void;
}

export function Composer({ conversation, field, onEditLast }: Props) {
  const chat = useChat();
  const draft = useChatView(({ drafts }) => drafts.get(conversation.id)) ?? NO_DRAFT;
  const hasAssistant = useHasAssistant();
  const node = useNode(useView(({ selection }) => selection.at(-1)));
  const asks = hasAssistant && draft.asks;
  const about = asks && draft.withNode && node ? { id: node.id, name: node.name } : null;
  useEffect(() => () => conversation.write(false), [conversation]);

  const write = (text: string) => {
    chat.write(conversation.id, { text });
    conversation.write(text.trim() !== '');
  };
  const send = () => {
    const text = draft.text.trim();
    if (!text) return;
    conversation.voice.say(text, asks ? question(about) : {});
    write('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowUp' && draft.text === '') {
      event.preventDefault();
      onEditLast();
    }
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        aria-label={asks ? 'Question to the assistant' : 'Message'}
        placeholder={asks ? 'Ask the assistant' : 'Write a message'}
        size="sm"
        autosize
        minRows={1}
        maxRows={8}
        maxLength={LONGEST}
        classNames={{ section: classes.send }}
        value={draft.text}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        rightSectionWidth={38}
        rightSection={
          <ActionIcon
            type="submit"
            size={28}
            radius="xl"
            aria-label="Send"
            title="Send (Enter)"
            disabled={!draft.text.trim()}
          >
            <IconArrowUp size={16} />
          </ActionIcon>
        }
      />
      {hasAssistant && (
        <AskRow
          asks={draft.asks}
          node={node}
          withNode={draft.withNode}
          onChange={(change) => chat.write(conversation.id, change)}
        />
      )}
    </form>
  );
}
