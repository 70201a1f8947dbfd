/**
 * The nodes that fit what was typed: by their names here, and in large projects by whatever the server finds.
 */

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo } from 'react';
import { ancestors, type GraphNode } from '../../core/index.ts';
import { useGraphVersion, useStatus, useView, useWorkspace } from '../../state/hooks.ts';
import { api } from '../../state/server.ts';
import { best, fitOf, wordsOf } from './match.ts';

/** Up to so many nodes all of them are looked through here. */
const SMALL = 3_000;
const LIMIT = 30;
/** How long typing has to rest before the server is asked, in milliseconds. */
const REST = 150;

export interface FoundNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** The names above it. */
  readonly path: string;
  readonly fit: number;
}

export function useFoundNodes(typed: string): { nodes: readonly FoundNode[]; isSearching: boolean } {
  const { graph, projectId } = useWorkspace();
  const version = useGraphVersion();
  const at = useView((view) => view.at);
  const isLive = useStatus() === 'live';
  const query = useDeferredValue(typed.trim());
  const [rested] = useDebouncedValue(query, REST);
  // The server searches the present.
  const isRemote = graph.size > SMALL && at === null && isLive;
  const remote = useQuery({
    queryKey: ['search', projectId, rested],
    queryFn: ({ signal }) => api.search(projectId, { query: rested, limit: LIMIT }, signal),
    enabled: isRemote && rested !== '',
    placeholderData: keepPreviousData,
  });
  const hasFailed = remote.isError;
  const nodes = useMemo(() => {
    void version;
    if (!query) return [];
    if (!isRemote || hasFailed) return byName(graph, query);
    const words = wordsOf(query);
    const found = remote.data?.results ?? [];
    return found
      .map(({ id, name, blueprint_type_id, path }) => ({
        id,
        name,
        type: blueprint_type_id,
        path: path.join(' / '),
        fit: fitOf(words, name),
      }))
      .sort((one, other) => other.fit - one.fit);
  }, [version, query, isRemote, hasFailed, graph, remote.data]);
  const isSearching = isRemote && (remote.isFetching || rested !== typed.trim());
  return { nodes, isSearching };
}

type Graph = ReturnType<typeof useWorkspace>['graph'];

function byName(graph: Graph, query: string): FoundNode[] {
  const found = best(nodesOf(graph), ({ name }) => name, query, LIMIT);
  return found.map(({ item, fit: how }) => ({ ...foundNode(graph, item), fit: how }));
}

/** A node as the palette tells of it. */
export function foundNode(graph: Graph, { id, name, type }: GraphNode): FoundNode {
  const path = ancestors(graph, id).map((above) => graph.node(above)?.name ?? '');
  return { id, name, type, path: path.join(' / '), fit: 0 };
}

function* nodesOf(graph: Graph): Iterable<GraphNode> {
  for (const id of graph.ids()) {
    const node = graph.node(id);
    if (node) yield node;
  }
}
