/**
 * Which commands may overtake which on their way to the server.
 *
 * Commands of different lanes go out together, those of one lane one after the other: a passing refusal of one of them must not
 * let a later one come first. It would put nodes in another order, or leave an older value where a newer one was written.
 */

import type { Command, SingleCommand } from '@protocol';

/** The lanes that a command takes; null takes all: nothing overtakes it, and it overtakes nothing. */
export type Lanes = readonly string[] | null;

export function lanesOf(command: Command): Lanes {
  if (command.command_type !== 'Batch') return lanesOfOne(command);
  const all = command.data.commands.map(lanesOfOne);
  return all.some((lanes) => lanes === null) ? null : [...new Set(all.flatMap((lanes) => lanes ?? []))];
}

function lanesOfOne({ command_type: kind, data }: SingleCommand): Lanes {
  switch (kind) {
    case 'UpdateProperty':
    case 'DeleteProperty':
      return [`${data.node_id}/${data.property_id}`];
    case 'DeleteOrphanedProperty':
      return [`${data.node_id}/${data.property_key}`];
    case 'CreateNode':
    case 'LinkNode':
    case 'UnlinkNode':
    case 'MoveNode':
    case 'ReorderNode':
      return ['places'];
    case 'UpdateBlockingRelationship':
      return ['relations'];
    default:
      // What it reads or takes away may be anywhere.
      return null;
  }
}
