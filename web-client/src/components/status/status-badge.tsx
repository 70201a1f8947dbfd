/**
 * How things stand between this window and the server.
 */

import { Badge } from '@mantine/core';
import { useStatus } from '../../state/hooks.ts';

export function StatusBadge() {
  return <Badge>{useStatus()}</Badge>;
}
