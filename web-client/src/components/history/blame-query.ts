/**
 * Who wrote last what a node is: one answer for the node and all of its properties, kept until the node changes.
 */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { api } from '../../state/server.ts';

export function useBlame(nodeId: string, isWanted: boolean) {
  const { projectId, session } = useWorkspace();
  const queries = useQueryClient();
  useEffect(() => {
    const queryKey = ['blame', projectId, nodeId];
    // The server knows who wrote something once it is confirmed; what is shown was there before.
    return session.replica.subscribe(({ nodes, lists, everything }) => {
      const parentId = session.replica.node(nodeId)?.parentId ?? null;
      if (everything || nodes.has(nodeId) || lists.has(parentId))
        void queries.invalidateQueries({ queryKey });
    });
  }, [projectId, nodeId, session, queries]);
  return useQuery({
    queryKey: ['blame', projectId, nodeId],
    queryFn: ({ signal }) => api.blame(projectId, nodeId, signal),
    enabled: isWanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
