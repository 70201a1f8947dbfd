/**
 * The dialog that deletes a project, once it is clear what is lost.
 */

import { Alert, Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import type { ProjectSummary } from '@protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { notify } from '../../state/notices.ts';
import { deleteProject, refreshProjects, useProjectSize } from '../../state/projects.ts';
import { reasonOf } from '../../state/reason.ts';
import { whatIsLost } from './what-is-lost.ts';

interface Props {
  project: ProjectSummary;
  onClose: () => void;
}

export default function DeleteDialog({ project, onClose }: Props) {
  const queries = useQueryClient();
  const size = useProjectSize(project);
  const [typed, setTyped] = useState('');
  const deleting = useMutation({
    mutationFn: () => deleteProject(project),
    onSuccess: async () => {
      await refreshProjects(queries);
      onClose();
      notify({ kind: 'done', title: 'Deleted', text: `“${project.name}” is gone.` });
    },
  });
  const loss = whatIsLost(project, size.data);
  // What is not known is taken for much.
  const isSure = !loss.isMuch || typed.trim() === project.name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSure) deleting.mutate();
  };
  return (
    <Dialog onClose={onClose} title={`Delete “${project.name}”?`}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {size.isPending ? (
            <Skeleton height={22} width="80%" />
          ) : (
            <Text size="sm">{loss.text} This cannot be undone.</Text>
          )}
          {loss.people && (
            <Alert color="yellow" p="sm">
              {loss.people}
            </Alert>
          )}
          {loss.isMuch && !size.isPending && (
            <TextInput
              label="To be sure, write the project’s name"
              placeholder={project.name}
              value={typed}
              autoFocus
              autoComplete="off"
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          {deleting.error && (
            <Alert color="red" role="alert" p="sm">
              {reasonOf(deleting.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Keep it
            </Button>
            <Button
              type="submit"
              color="red"
              loading={deleting.isPending}
              disabled={size.isPending || !isSure}
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
