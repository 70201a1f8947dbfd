/**
 * Gives a name to a place in the journal: the present one, or the one that is shown.
 */

import { ActionIcon, Button, Popover, Stack, TextInput } from '@mantine/core';
import { IconBookmarkPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Refusal } from '../../net/index.ts';
import { useView, useWorkspace } from '../../state/hooks.ts';
import { notify } from '../../state/notices.ts';
import { api } from '../../state/server.ts';
import { versionsOf } from './version-query.ts';

export function NameVersion({ at }: { at?: number }) {
  const [isOpen, setOpen] = useState(false);
  const isReader = useView((view) => view.isReader);
  if (isReader) return null;
  const what = at === undefined ? 'Name this version' : 'Name what you are looking at';
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" withArrow trapFocus returnFocus>
      <Popover.Target>
        {at === undefined ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconBookmarkPlus size={14} />}
            onClick={() => setOpen(!isOpen)}
          >
            {what}
          </Button>
        ) : (
          <ActionIcon variant="default" aria-label={what} title={what} onClick={() => setOpen(!isOpen)}>
            <IconBookmarkPlus size={16} />
          </ActionIcon>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <NameForm at={at} close={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function NameForm({ at, close }: { at?: number; close: () => void }) {
  const { projectId } = useWorkspace();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const { data } = useQuery(versionsOf(projectId));
  const isTaken = data?.versions.some((version) => version.name === name.trim()) ?? false;
  const naming = useMutation({
    mutationFn: () => api.nameVersion(projectId, name.trim(), at),
    onSuccess: () => {
      notify({ kind: 'done', title: `This version is called “${name.trim()}” now` });
      close();
    },
    onSettled: () => queries.invalidateQueries(versionsOf(projectId)),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() && !isTaken) naming.mutate();
      }}
    >
      <Stack gap="xs" w={260}>
        <TextInput
          label="Name of this version"
          description={at === undefined ? 'As the project is now' : `As the project was (seq ${at})`}
          placeholder="Before the repaint"
          value={name}
          maxLength={128}
          error={isTaken ? TAKEN : naming.error && reasonOf(naming.error)}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" size="xs" disabled={!name.trim() || isTaken} loading={naming.isPending}>
          Give the name
        </Button>
      </Stack>
    </form>
  );
}

const TAKEN = 'Another version is called that already';

/** Somebody else may have been quicker. */
function reasonOf(error: Error): string {
  return error instanceof Refusal && error.code === 'CONFLICT' ? TAKEN : error.message;
}
