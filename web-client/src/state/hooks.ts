/**
 * The open project, as components read it.
 */

import type { Participant } from '@protocol';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { GraphNode } from '../core/index.ts';
import type { Status } from '../net/index.ts';
import type { View, Workspace } from './workspace.ts';

export const WorkspaceContext = createContext<Workspace | null>(null);

/** The open project; only below its page. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('there is no open project here');
  return workspace;
}

/** A part of how this window looks at the project. */
export function useView<Part>(select: (view: View) => Part): Part {
  return useStore(useWorkspace().view, select);
}

/** A node as it is; rendered again when it changes. */
export function useNode(id: string | null | undefined): GraphNode | undefined {
  const { graph } = useWorkspace();
  const subscribe = useCallback(
    (listener: () => void) => (id ? graph.onNode(id, listener) : () => undefined),
    [graph, id],
  );
  return useSyncExternalStore(subscribe, () => (id ? graph.node(id) : undefined));
}

/** The ids below a node, or the roots. */
export function useChildren(parentId: string | null): readonly string[] {
  const { graph } = useWorkspace();
  const subscribe = useCallback(
    (listener: () => void) => graph.onList(parentId, listener),
    [graph, parentId],
  );
  return useSyncExternalStore(subscribe, () => graph.children(parentId));
}

/** Another number after every change of the graph: for what shows all of it. */
export function useGraphVersion(): number {
  const { graph } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => graph.onAny(listener), [graph]);
  return useSyncExternalStore(subscribe, () => graph.version);
}

export function useStatus(): Status {
  const { session } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => session.on('status', listener), [session]);
  return useSyncExternalStore(subscribe, () => session.status);
}

/** How many edits the server has not answered yet. */
export function useUnanswered(): number {
  const { session } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => session.on('unanswered', listener), [session]);
  return useSyncExternalStore(subscribe, () => session.unanswered);
}

/** Who is here, this person included, by `user_id`. */
export function useParticipants(): ReadonlyMap<string, Participant> {
  const { session } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => session.on('presence', listener), [session]);
  return useSyncExternalStore(subscribe, () => session.presence.participants);
}
