/**
 * What a conversation is called, and the field that changes it.
 */

import { TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import classes from './chat.module.css';
import { LONGEST_TITLE } from './longest.ts';

interface Props {
  readonly title: string;
  readonly isRenaming: boolean;
  /** Nothing where it stays as it is. */
  readonly onEnd: (title: string | null) => void;
}

export function ConversationTitle({ title, isRenaming, onEnd }: Props) {
  if (isRenaming) return <TitleInput title={title} onEnd={onEnd} />;
  return (
    <h2 className={classes.title} title={title}>
      {title}
    </h2>
  );
}

function TitleInput({ title, onEnd }: Omit<Props, 'isRenaming'>) {
  const [text, setText] = useState(title);
  const isOver = useRef(false);
  const end = (isTaken: boolean) => {
    // Leaving the field by a key also takes the focus from it.
    if (isOver.current) return;
    isOver.current = true;
    const next = text.trim();
    onEnd(isTaken && next && next !== title ? next : null);
  };
  return (
    <TextInput
      className={classes.titleInput}
      size="xs"
      aria-label="Title of the conversation"
      autoFocus
      maxLength={LONGEST_TITLE}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') end(true);
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end(false);
      }}
    />
  );
}
