/**
 * What stands in place of what could not be read, or is not there yet.
 */

import { Skeleton, Text } from '@mantine/core';
import { isAbsent } from '../../net/index.ts';
import { reasonOf } from '../../state/reason.ts';

interface Query {
  readonly data: unknown;
  readonly error: unknown;
}

/** `what`, as in "The alerts": in a sentence about it. */
export function Unread({ query, what }: { query: Query; what: string }) {
  if (query.data !== undefined) return null;
  if (!query.error) return <Skeleton height={80} aria-label={`${what} are read`} />;
  return (
    <Text size="sm" c="dimmed" role="status">
      {isAbsent(query.error)
        ? `${what} are not told by this server: it has no such route.`
        : `${what} could not be read. ${reasonOf(query.error)}`}
    </Text>
  );
}
