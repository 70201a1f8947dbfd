/**
 * What people are told in passing, at the lower edge of the window.
 */

import { Button, Group, Notification, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { dismiss, type Notice, notices } from '../../state/notices.ts';
import classes from './notices.module.css';

const LOOKS = {
  done: { color: 'teal', icon: <IconCheck size={16} /> },
  warning: { color: 'yellow', icon: <IconAlertTriangle size={16} /> },
  error: { color: 'red', icon: <IconX size={16} /> },
} as const;

/** How long a notice stays, in milliseconds. */
const STAYS = { done: 4_000, warning: 7_000, error: 10_000 } as const;
/** How long one stays that asks for a decision. */
const STAYS_FOR_DECISION = 30_000;

export function Notices() {
  const all = useStore(notices, (state) => state.all);
  return (
    <div role="status" aria-live="polite" className={classes.notices}>
      {all.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice }: { readonly notice: Notice }) {
  // Nothing goes away under the pointer, or while the focus is in it.
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const stays = notice.actions ? STAYS_FOR_DECISION : STAYS[notice.kind];
    const timer = setTimeout(() => dismiss(notice.id), stays);
    return () => clearTimeout(timer);
  }, [notice, isHeld]);
  return (
    <Notification
      className={classes.notice}
      classNames={{ description: classes.text }}
      title={notice.title}
      color={LOOKS[notice.kind].color}
      icon={LOOKS[notice.kind].icon}
      withBorder
      onClose={() => dismiss(notice.id)}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
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
