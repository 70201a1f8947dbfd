/**
 * The rows that show now, made anew only when a list that they were made from is another one.
 */

import { useCallback, useState, useSyncExternalStore } from 'react';
import { useParticipants, useView, useWorkspace } from '../../state/hooks.ts';
import { type Others, othersOf } from '../../state/outline-others.ts';
import { areRowsOf, type Rows, rowsOf } from '../../state/outline-rows.ts';
import { who } from '../../state/who.ts';

export function useRows(): Rows {
  const { graph } = useWorkspace();
  const expanded = useView((view) => view.expanded);
  const [memory] = useState<{ rows?: Rows; from?: unknown; open?: ReadonlySet<string> }>({});
  const subscribe = useCallback((listener: () => void) => graph.onAny(listener), [graph]);
  return useSyncExternalStore(subscribe, () => {
    const { rows, from, open } = memory;
    if (rows && from === graph && open === expanded && areRowsOf(rows, graph)) return rows;
    const next = rowsOf(graph, expanded);
    Object.assign(memory, { rows: next, from: graph, open: expanded });
    return next;
  });
}

/** Who else is at which node; the same again when only pointers moved. */
export function useOthers(): Others {
  const participants = useParticipants();
  const [memory] = useState<{ others: Others; from?: unknown }>({ others: new Map() });
  if (memory.from !== participants) {
    memory.others = othersOf(participants.values(), who.getState().userId, memory.others);
    memory.from = participants;
  }
  return memory.others;
}

/** How many nodes there are. */
export function useSize(): number {
  const { graph } = useWorkspace();
  const subscribe = useCallback((listener: () => void) => graph.onAny(listener), [graph]);
  return useSyncExternalStore(subscribe, () => graph.size);
}
