/**
 * The dialog that gives a project another name.
 */

import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import type { ProjectSummary } from '@protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { refreshProjects, renameProject } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';

interface Props {
  project: ProjectSummary;
  onClose: () => void;
}

export default function RenameDialog({ project, onClose }: Props) {
  const queries = useQueryClient();
  const [name, setName] = useState(project.name);
  const renaming = useMutation({
    mutationFn: (wanted: string) => renameProject(project, wanted),
    onSuccess: async () => {
      await refreshProjects(queries);
      onClose();
    },
  });
  const wanted = name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted === project.name) onClose();
    else if (wanted) renaming.mutate(wanted);
  };
  return (
    <Dialog onClose={onClose} title="Rename the project">
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="Name"
            value={name}
            maxLength={256}
            data-autofocus
            autoComplete="off"
            error={wanted ? undefined : 'Write a name'}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {renaming.error && (
            <Alert color="red" role="alert" p="sm">
              {reasonOf(renaming.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={renaming.isPending} disabled={!wanted}>
              Rename
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
