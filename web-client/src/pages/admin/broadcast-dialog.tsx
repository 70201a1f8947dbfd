/**
 * Sends an event to everybody, or to some, and says how many it reached.
 */

import {
  Alert,
  Button,
  Group,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Dialog } from '../../components/dialog/dialog.tsx';
import { type BroadcastTarget, isAbsent } from '../../net/index.ts';
import { adminApi, useBroadcast } from '../../state/admin.ts';
import { reasonOf } from '../../state/reason.ts';
import { dataOf } from './broadcast-data.ts';
import { count } from './figures.ts';

interface Props {
  readonly target: BroadcastTarget;
  /** Whom that is, for people. */
  readonly to: string;
  readonly onClose: () => void;
}

type Priority = 'low' | 'normal' | 'high';

export function BroadcastDialog({ target, to, onClose }: Props) {
  const [event, setEvent] = useState('announcement');
  const [text, setText] = useState('{ "message": "" }');
  const [priority, setPriority] = useState<Priority>('normal');
  const [isAcknowledged, setAcknowledged] = useState(false);
  const read = dataOf(text);
  const sending = useMutation({
    mutationFn: (data: Record<string, unknown>) =>
      adminApi.broadcast({ target, event: event.trim(), data, priority, isAcknowledged }),
  });
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    if ('data' in read && event.trim()) sending.mutate(read.data);
  };
  return (
    <Dialog onClose={onClose} title={`Send an event to ${to}`} size="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Its name"
            description="Clients that listen to this name hear it. Names that the server uses itself are refused."
            value={event}
            maxLength={128}
            autoComplete="off"
            data-autofocus
            onChange={({ currentTarget }) => setEvent(currentTarget.value)}
          />
          <Textarea
            label="What it says, as JSON"
            value={text}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            error={'fault' in read ? read.fault : undefined}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Group gap="md">
            <SegmentedControl
              aria-label="Priority"
              size="xs"
              value={priority}
              onChange={(next) => setPriority(next as Priority)}
              data={[
                { value: 'low', label: 'Low' },
                { value: 'normal', label: 'Normal' },
                { value: 'high', label: 'High' },
              ]}
            />
            <Switch
              label="Clients have to confirm it"
              checked={isAcknowledged}
              onChange={({ currentTarget }) => setAcknowledged(currentTarget.checked)}
            />
          </Group>
          {sending.error && (
            <Alert color="red" role="alert" p="sm">
              {isAbsent(sending.error) ? 'This server sends no broadcasts.' : reasonOf(sending.error)}
            </Alert>
          )}
          {sending.data && <Outcome broadcastId={sending.data} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
            <Button type="submit" loading={sending.isPending} disabled={'fault' in read || !event.trim()}>
              {sending.data ? 'Send again' : 'Send'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function Outcome({ broadcastId }: { broadcastId: string }) {
  const { data } = useBroadcast(broadcastId);
  return (
    <Alert color="teal" p="sm" role="status" title="Sent">
      {data && (
        <Text size="sm">
          {count(data.delivered_count)} of {count(data.target_count)} reached
          {data.failed_count ? `, ${count(data.failed_count)} not` : ''}
          {data.is_complete ? '.' : '; not over yet.'}
        </Text>
      )}
    </Alert>
  );
}
