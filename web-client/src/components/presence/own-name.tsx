/**
 * Taking another name, where the server believes what people say they are called.
 */

import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useWorkspace } from '../../state/hooks.ts';
import { rename, who } from '../../state/who.ts';

/** As long a name the server takes. */
const LONGEST = 128;

export function OwnName({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Your name"
      size="sm"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <NameForm onClose={onClose} />
    </Modal>
  );
}

function NameForm({ onClose }: { readonly onClose: () => void }) {
  const before = useStore(who, ({ name }) => name);
  const [name, setName] = useState(before);
  const next = name.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!next) return;
        if (next !== before) rename(next);
        onClose();
      }}
    >
      <TextInput
        label="What others see"
        data-autofocus
        maxLength={LONGEST}
        autoComplete="name"
        value={name}
        error={next ? undefined : 'A name is needed'}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!next}>
          Take this name
        </Button>
      </Group>
    </form>
  );
}

/** A name that was taken here or in another tab is told to the server by coming anew. */
export function useTellName(): void {
  const { session } = useWorkspace();
  useEffect(
    () =>
      who.subscribe((now, before) => {
        if (now.userId === before.userId && now.name !== before.name) session.reconnect();
      }),
    [session],
  );
}
