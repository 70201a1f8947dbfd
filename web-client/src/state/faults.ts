/**
 * What was typed into a field and cannot be: kept until it is mended or given up, whichever node is selected meanwhile.
 */

import { createStore } from 'zustand/vanilla';

export interface Fault {
  /** For people. */
  readonly message: string;
  /** What was typed. */
  readonly text: string;
}

export const faults = createStore<{ readonly all: ReadonlyMap<string, Fault> }>(() => ({ all: new Map() }));

/** Names a property of a node among the faults. */
export function faultKey(nodeId: string, propertyId: string): string {
  return `${nodeId} ${propertyId}`;
}

/** Says what is wrong with a property, or that nothing is any more. */
export function setFault(key: string, fault: Fault | null): void {
  const { all } = faults.getState();
  if (!fault && !all.has(key)) return;
  const next = new Map(all);
  if (fault) next.set(key, fault);
  else next.delete(key);
  faults.setState({ all: next });
}
