/**
 * The places of a project's journal that have names, as they are read and kept.
 */

import { queryOptions } from '@tanstack/react-query';
import { api } from '../../state/server.ts';

/** No event tells of names that others give: they are read again when somebody looks. */
export function versionsOf(projectId: string) {
  return queryOptions({
    queryKey: ['versions', projectId],
    queryFn: () => api.versions(projectId),
    staleTime: 10_000,
  });
}
