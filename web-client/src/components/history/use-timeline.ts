/**
 * The entries of a project's history, as they are scrolled to, and new ones as they come.
 */

import type { HistoryPage } from '@protocol';
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { api } from '../../state/server.ts';
import { pastOf } from './past.ts';
import { rowsOf, withNewest } from './timeline-rows.ts';
import { useHead } from './use-head.ts';
import { startOfDay } from './when.ts';

/** Which entries are wanted. */
export interface Filter {
  readonly author?: string;
  readonly nodeId?: string;
  /** Days as fields have them: `2026-05-03`; both are included. */
  readonly from?: string;
  readonly until?: string;
}

const LIMIT = 100;

export function useTimeline(filter: Filter) {
  const workspace = useWorkspace();
  const { projectId } = workspace;
  const queries = useQueryClient();
  const head = useHead();
  const queryKey = useMemo(() => ['history', projectId, filter] as const, [projectId, filter]);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => read(projectId, filter, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next_before }) => next_before,
    // All pages are never read again: what is new comes before them.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
  });

  useEffect(() => {
    if (head === 0) return;
    const reading = new AbortController();
    read(projectId, filter, undefined, reading.signal).then(
      (newest) =>
        queries.setQueryData<InfiniteData<HistoryPage, number | undefined>>(
          queryKey,
          (known) => known && withNewest(known, newest),
        ),
      // The next event asks again.
      () => undefined,
    );
    return () => reading.abort();
  }, [head, projectId, filter, queries, queryKey]);

  const { data } = query;
  useEffect(() => {
    for (const page of data?.pages ?? []) pastOf(workspace).commands.learn(page.entries);
  }, [data, workspace]);
  const rows = useMemo(() => rowsOf(data?.pages ?? []), [data]);
  return { ...query, rows };
}

function read(projectId: string, filter: Filter, before: number | undefined, signal: AbortSignal) {
  const { author, nodeId, from, until } = filter;
  const query = {
    author,
    node_id: nodeId,
    from: from && startOfDay(from),
    until: until && startOfDay(until, 1),
    before,
    limit: LIMIT,
  };
  return api.history(projectId, query, signal);
}
