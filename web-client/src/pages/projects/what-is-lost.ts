/**
 * What goes with a project, in words.
 */

import type { ProjectSummary } from '@protocol';
import { counted } from './counted.ts';

/** With more nodes than this the name has to be written. */
const MUCH = 100;

export interface Loss {
  readonly text: string;
  /** Who would be thrown out; nothing for nobody. */
  readonly people: string;
  readonly isMuch: boolean;
}

/** @param size how large the project is, if that could be read */
export function whatIsLost(project: ProjectSummary, size: { readonly node_count: number } | undefined): Loss {
  const nodes = size ? counted(size.node_count, 'node') : 'All of its nodes';
  const changes = counted(project.seq, 'change');
  const people = project.active_clients;
  return {
    text: `${nodes} and a history of ${changes} will be lost.`,
    people: people > 0 ? `${counted(people, 'window')} ${people === 1 ? 'has' : 'have'} it open now.` : '',
    isMuch: size === undefined || size.node_count > MUCH,
  };
}
