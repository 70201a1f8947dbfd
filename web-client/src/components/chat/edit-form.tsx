/**
 * An own message being written anew, where it stands.
 */

import { Button, Group, Textarea } from '@mantine/core';
import type { MessageView } from '@protocol';
import { useState } from 'react';
import type { Conversation } from '../../net/index.ts';
import { reasonOf } from '../../state/reason.ts';
import classes from './chat.module.css';
import { LONGEST } from './longest.ts';

interface Props {
  readonly conversation: Conversation;
  readonly message: MessageView;
  readonly onEnd: () => void;
}

export function EditForm({ conversation, message, onEnd }: Props) {
  const [text, setText] = useState(message.text);
  const [failure, setFailure] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const save = async () => {
    const next = text.trim();
    if (!next || isSaving) return;
    if (next === message.text) {
      onEnd();
      return;
    }
    setSaving(true);
    try {
      await conversation.edit(message.message_id, next);
      onEnd();
    } catch (error) {
      setFailure(reasonOf(error));
      setSaving(false);
    }
  };
  return (
    <form
      className={classes.edit}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Textarea
        aria-label="The message"
        size="sm"
        autosize
        maxRows={10}
        maxLength={LONGEST}
        autoFocus
        value={text}
        error={failure}
        onChange={(event) => setText(event.currentTarget.value)}
        onFocus={({ currentTarget: input }) =>
          input.setSelectionRange(input.value.length, input.value.length)
        }
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') {
            event.stopPropagation();
            onEnd();
          }
          if (event.key !== 'Enter' || event.shiftKey) return;
          event.preventDefault();
          void save();
        }}
      />
      <Group gap={6} mt={6}>
        <Button type="submit" size="compact-xs" loading={isSaving} disabled={!text.trim()}>
          Save
        </Button>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={onEnd}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
