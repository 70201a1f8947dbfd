/**
 * The layout as the graph is now. It is made anew only if the picture changes: what is typed moves no card.
 */

import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { useWorkspace } from '../../state/hooks.ts';
import { type CommonRows, commonRowsOf } from '../../state/pointers.ts';
import type { Workspace } from '../../state/workspace.ts';
import { useBoard } from './board.ts';
import { isSame, type Layout, layOut, type Shown, shownNodes } from './layout.ts';
import { type Relation, relations } from './relations.ts';

export function useLayout(): Layout {
  const workspace = useWorkspace();
  const direction = useBoard((board) => board.direction);
  const [source] = useState(() => shownSource(workspace));
  const shown = useSyncExternalStore(source.subscribe, source.read);
  return useMemo(() => layOut(shown, direction), [shown, direction]);
}

/** The nodes that show; the same list as long as it is the same picture. */
function shownSource({ graph, view }: Workspace) {
  let shown: readonly Shown[] = [];
  let version = -1;
  let open: ReadonlySet<string> | undefined;
  return {
    subscribe(listener: () => void) {
      const ends = [graph.onAny(listener), view.subscribe(listener)];
      return () => {
        for (const end of ends) end();
      };
    },
    read() {
      const { expanded } = view.getState();
      if (graph.version === version && expanded === open) return shown;
      [version, open] = [graph.version, expanded];
      const now = shownNodes(graph, expanded);
      if (!isSame(shown, now)) shown = now;
      return shown;
    },
  };
}

/** The blocking relations on a layout; the same list as long as none changes. */
export function useRelations(layout: Layout): readonly Relation[] {
  const { graph } = useWorkspace();
  const source = useMemo(() => {
    let found: readonly Relation[] = [];
    let version = -1;
    return {
      subscribe: (listener: () => void) => graph.onAny(listener),
      read() {
        if (graph.version === version) return found;
        version = graph.version;
        const now = relations(graph, layout);
        const isTheSame =
          now.length === found.length &&
          now.every(({ id, blocked }, index) => found[index]?.id === id && found[index].blocked === blocked);
        if (!isTheSame) found = now;
        return found;
      },
    };
  }, [graph, layout]);
  return useSyncExternalStore(source.subscribe, source.read);
}

/** All nodes in their order, read when asked for. */
export function useRows(): () => CommonRows {
  const { graph } = useWorkspace();
  return useCallback(() => commonRowsOf(graph), [graph]);
}
