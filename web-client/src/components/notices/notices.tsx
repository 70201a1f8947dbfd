/**
 * What people are told in passing, in a corner of the window.
 */

import { Button, Group, Notification, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { dismiss, type Notice, notices } from '../../state/notices.ts';

const COLOURS = { done: 'teal', warning: 'yellow', error: 'red' } as const;
/** How long a notice stays, in milliseconds; what asks for a decision stays longer. */
const STAYS = 6_000;

export function Notices() {
  const all = useStore(notices, (state) => state.all);
  return (
    <Stack
      role="status"
      aria-live="polite"
      gap="xs"
      style={{
        position: 'fixed',
        right: 16,
        bottom: 16,
        zIndex: 400,
        maxWidth: 'min(24rem, calc(100vw - 32px))',
      }}
    >
      {all.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </Stack>
  );
}

function OneNotice({ notice }: { notice: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(notice.id), notice.actions ? STAYS * 3 : STAYS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <Notification
      title={notice.title}
      color={COLOURS[notice.kind]}
      withBorder
      onClose={() => dismiss(notice.id)}
      closeButtonProps={{ 'aria-label': 'Close this message' }}
    >
      {notice.text && <Text size="sm">{notice.text}</Text>}
      {notice.actions && (
        <Group gap="xs" mt="xs">
          {notice.actions.map(({ label, run }) => (
            <Button
              key={label}
              size="compact-sm"
              variant="light"
              onClick={() => {
                dismiss(notice.id);
                run();
              }}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
    </Notification>
  );
}
