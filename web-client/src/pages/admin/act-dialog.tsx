/**
 * Asks before something is done, does it, and says what was done.
 */

import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { refreshAdmin } from '../../state/admin.ts';
import { notify } from '../../state/notices.ts';
import { reasonOf } from '../../state/reason.ts';
import type { Act } from './acts.ts';

/** The longest reason, in characters. */
const MOST = 256;

export function ActDialog({ act, onClose }: { act: Act; onClose: () => void }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const acting = useMutation({
    mutationFn: () => act.run(reason.trim()),
    onSuccess: (done) => {
      onClose();
      notify({ kind: 'done', title: done });
      if (act.next) go(act.next);
      else void refreshAdmin(queries);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    acting.mutate();
  };
  return (
    <Dialog onClose={onClose} title={act.title}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{act.text}</Text>
          {act.reasonFor && (
            <TextInput
              label={act.reasonFor}
              placeholder="Nothing in particular"
              value={reason}
              maxLength={MOST}
              data-autofocus
              autoComplete="off"
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          {acting.error && (
            <Alert color="red" role="alert" p="sm">
              {reasonOf(acting.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Leave it
            </Button>
            <Button type="submit" color={act.isSerious ? 'red' : undefined} loading={acting.isPending}>
              {act.label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
