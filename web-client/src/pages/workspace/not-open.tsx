/**
 * What stands in place of a project that is not open: not yet, not now, or not at all.
 */

import { Button, Code, Loader, Text, Title } from '@mantine/core';
import { IconCloudOff, IconFileOff, IconLock, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Refusal } from '../../net/index.ts';
import { useStatus } from '../../state/hooks.ts';
import classes from './layout.module.css';

/** The project is on its way. */
export function Opening() {
  const isOffline = useStatus() === 'offline';
  return (
    <main className={classes.notOpen} aria-busy>
      <Loader size="sm" aria-hidden />
      <Text role="status">
        {isOffline ? 'The server cannot be reached. Trying again…' : 'Reading the graph…'}
      </Text>
    </main>
  );
}

/** The first answer is on its way. */
export function Asking({ isLate }: { readonly isLate: boolean }) {
  return (
    <main className={classes.notOpen} aria-busy>
      <Loader size="sm" aria-hidden />
      <Text role="status">Opening the project…</Text>
      <Text size="sm" className={classes.late} data-shown={isLate || undefined}>
        Large projects take a few seconds.
      </Text>
    </main>
  );
}

export function Deleted() {
  return (
    <NotOpen icon={<IconTrash size={32} stroke={1.4} />} title="This project was deleted">
      Somebody deleted it while it was open here. Nothing of it can be changed any more.
    </NotOpen>
  );
}

interface NotOpenedProps {
  readonly failure: Error;
  readonly isTrying: boolean;
  readonly onRetry: () => void;
}

/** It could not be opened. */
export function NotOpened({ failure, isTrying, onRetry }: NotOpenedProps) {
  const code = failure instanceof Refusal ? failure.code : null;
  const again = (
    <Button variant="default" onClick={onRetry} loading={isTrying}>
      Try again
    </Button>
  );
  switch (code) {
    case 'PROJECT_NOT_FOUND':
    case 'NOT_FOUND':
    case 'INVALID_REQUEST':
      return (
        <NotOpen icon={<IconFileOff size={32} stroke={1.4} />} title="There is no such project" code={code}>
          It was deleted, or the address is wrong, or it was not shared with you.
        </NotOpen>
      );
    case 'UNREACHABLE':
      return (
        <NotOpen
          icon={<IconCloudOff size={32} stroke={1.4} />}
          title="The server cannot be reached"
          action={again}
        >
          The project opens by itself as soon as it is back.
        </NotOpen>
      );
    case 'TEMPLATE_NOT_FOUND':
      return (
        <NotOpen
          icon={<IconFileOff size={32} stroke={1.4} />}
          title="The project’s template is missing"
          code={code}
          action={again}
        >
          {failure.message}. Whoever runs the server has to bring the template back.
        </NotOpen>
      );
    case 'FORBIDDEN':
      return (
        <NotOpen icon={<IconLock size={32} stroke={1.4} />} title="You may not open this project" code={code}>
          {failure.message}. Ask its owner to share it with you.
        </NotOpen>
      );
    default:
      return (
        <NotOpen
          icon={<IconFileOff size={32} stroke={1.4} />}
          title="The project could not be opened"
          code={code}
          action={again}
        >
          {failure.message}
        </NotOpen>
      );
  }
}

interface NotOpenProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly code?: string | null;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function NotOpen({ icon, title, code, action, children }: NotOpenProps) {
  return (
    <main className={classes.notOpen}>
      <span aria-hidden>{icon}</span>
      <Title order={1} size="h3">
        {title}
      </Title>
      <Text maw={420}>{children}</Text>
      {code && <Code>{code}</Code>}
      <div className={classes.actions}>
        {action}
        <Button component={Link} href="/" variant={action ? 'subtle' : 'filled'}>
          All projects
        </Button>
      </div>
    </main>
  );
}
