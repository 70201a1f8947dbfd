/**
 * What a message says of the question that it is, for every client: that the assistant was asked, and what about. Pure.
 */

import type { Ask, MessageView } from '@protocol';

/** A node as it was called when it was asked about. */
export interface About {
  readonly id: string;
  readonly name: string;
}

/** A message that asks the assistant. */
export function question(about: About | null): { ask: Ask; metadata: Record<string, unknown> } {
  return {
    ask: about ? { node_id: about.id } : {},
    metadata: { asks: about ? { node_id: about.id, node_name: about.name } : {} },
  };
}

/** What the assistant was asked about; null if it was not asked, or about nothing in particular. */
export function askedOf(metadata: MessageView['metadata']): { about: About | null } | null {
  const asks = metadata?.asks;
  if (typeof asks !== 'object' || asks === null) return null;
  const { node_id: id, node_name: name } = asks as { node_id?: unknown; node_name?: unknown };
  return { about: typeof id === 'string' && typeof name === 'string' ? { id, name } : null };
}

/** The same question again. */
export function againOf(metadata: MessageView['metadata']): Ask {
  const about = askedOf(metadata)?.about;
  return about ? { node_id: about.id } : {};
}
