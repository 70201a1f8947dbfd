/**
 * The state of a session.
 */

import { Badge } from '@mantine/core';

const COLOURS: Readonly<Record<string, string>> = { active: 'teal', paused: 'yellow', error: 'red' };

export function StateBadge({ state }: { state: string }) {
  return (
    <Badge size="sm" variant="light" color={COLOURS[state] ?? 'gray'} tt="none">
      {state}
    </Badge>
  );
}
