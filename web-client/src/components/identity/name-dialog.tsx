/**
 * Asks for another name, where nobody has to prove theirs.
 */

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import { rename, who } from '../../state/who.ts';
import { Dialog } from '../dialog/dialog.tsx';

/** As long as the server takes. */
const LONGEST = 128;

export function NameDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title="Your name">
      <NameForm onDone={onClose} />
    </Dialog>
  );
}

function NameForm({ onDone }: { onDone: () => void }) {
  const present = useStore(who, ({ name }) => name);
  const [name, setName] = useState(present);
  const isGood = name.trim().length > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isGood) return;
        rename(name.trim());
        onDone();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="What others see beside your cursor and your edits."
          value={name}
          maxLength={LONGEST}
          autoComplete="name"
          data-autofocus
          error={isGood ? undefined : 'Write a name'}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isGood}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
