/**
 * How things stand between this window and the server: a sign, a word, and what can be done about it.
 */

import { Button, Tooltip } from '@mantine/core';
import { IconCloudOff, IconEye, IconLock, IconPointFilled, IconRefresh } from '@tabler/icons-react';
import { useWorkspace } from '../../state/hooks.ts';
import type { Sign } from './standing.ts';
import classes from './status.module.css';
import { useStanding } from './use-standing.ts';

const ICONS = {
  live: IconPointFilled,
  busy: IconRefresh,
  offline: IconCloudOff,
  'read-only': IconEye,
  refused: IconLock,
} satisfies Record<Sign, unknown>;

export function StatusBadge() {
  const { session } = useWorkspace();
  const { sign, label, detail, countdown, waiting, canRetry } = useStanding();
  const Icon = ICONS[sign];
  return (
    <div className={classes.status}>
      <Tooltip label={detail} multiline maw={280}>
        <div className={classes.badge} data-sign={sign}>
          <Icon size={14} aria-hidden className={classes.icon} />
          <span role="status">
            {label}
            {waiting && <span className={classes.more}>, {waiting}</span>}
          </span>
          {countdown && <span className={classes.countdown}>{countdown}</span>}
        </div>
      </Tooltip>
      {canRetry && (
        <Button size="compact-xs" variant="default" onClick={() => session.retry()}>
          Try now
        </Button>
      )}
    </div>
  );
}
