/**
 * Who changed a property last, while somebody here is writing it.
 */

import type { AnyGraphEvent } from '@protocol';
import { useEffect, useState } from 'react';
import { useWorkspace } from '../../state/hooks.ts';

/** What people call who changed it since `isWatched`; undefined if nobody is known to. */
export function useLastWriter(nodeId: string, propertyId: string, isWatched: boolean): string | undefined {
  const { session } = useWorkspace();
  const [name, setName] = useState<string>();
  useEffect(() => {
    if (!isWatched) return;
    const end = session.on('events', (events) => {
      const theirs = events.findLast(
        (event) =>
          writes(event, nodeId, propertyId) &&
          !(event.author.client_id === session.clientId && session.clientId),
      );
      if (theirs) setName(theirs.author.name ?? theirs.author.user_id);
    });
    return () => {
      end();
      setName(undefined);
    };
  }, [session, nodeId, propertyId, isWatched]);
  return name;
}

function writes(event: AnyGraphEvent, nodeId: string, propertyId: string): boolean {
  if (event.event !== 'property-changed' && event.event !== 'property-deleted') return false;
  return event.node_id === nodeId && event.property_id === propertyId;
}
