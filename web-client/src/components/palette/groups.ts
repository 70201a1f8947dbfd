/**
 * What the palette lists, in which order.
 */

import type { Action } from './actions.ts';
import { best } from './match.ts';
import type { FoundNode } from './use-found-nodes.ts';

export interface Item {
  /** Names it among all that was ever chosen. */
  readonly key: string;
  readonly node?: FoundNode;
  readonly action?: Action;
}

export interface Group {
  readonly name: string;
  readonly items: readonly Item[];
}

const MOST_RECENT = 5;
const MOST_ACTIONS = 8;

export function keyOfNode(projectId: string, id: string): string {
  return `node:${projectId}:${id}`;
}

/** What is there before anything is typed: what was chosen last, and every action. */
export function allGroups(actions: readonly Action[], recent: readonly Item[]): Group[] {
  const latest = recent.slice(0, MOST_RECENT);
  const taken = new Set(latest.map(({ key }) => key));
  const groups = new Map<string, Item[]>([['Recent', [...latest]]]);
  for (const item of actions.map(itemOf)) {
    const name = item.action?.group ?? '';
    if (!taken.has(item.key)) groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return filled([...groups].map(([name, items]) => ({ name, items })));
}

/** What fits what was typed. The group with what fits best comes first. */
export function fittingGroups(
  query: string,
  actions: readonly Action[],
  nodes: readonly FoundNode[],
  projectId: string,
): Group[] {
  const found = best(actions, ({ label, words }) => `${label} ${words ?? ''}`, query, MOST_ACTIONS);
  const ofActions = { name: 'Actions', items: found.map(({ item }) => itemOf(item)) };
  const items = nodes.map((node) => ({ key: keyOfNode(projectId, node.id), node }));
  const ofNodes = { name: 'Nodes', items };
  const isForAction = (found[0]?.fit ?? 0) > (nodes[0]?.fit ?? 0);
  return filled(isForAction ? [ofActions, ofNodes] : [ofNodes, ofActions]);
}

export function itemOf(action: Action): Item {
  return { key: `action:${action.id}`, action };
}

function filled(groups: Group[]): Group[] {
  return groups.filter(({ items }) => items.length > 0);
}
