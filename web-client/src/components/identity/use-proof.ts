/**
 * Whether what this person showed still counts in the open project; something newer is passed on to its session.
 */

import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Session } from '../../net/index.ts';
import { useStatus, useWorkspace } from '../../state/hooks.ts';
import { askInPlace, gate, type Who, who } from '../../state/who.ts';

export type Proof = 'good' | 'ending' | 'over';

export function useProof(): Proof {
  const { session } = useWorkspace();
  const status = useStatus();
  const token = useStore(who, (now) => now.token);
  const isClosed = useStore(gate, (now) => now.isClosed);
  const [ending, setEnding] = useState<string>();
  useEffect(askInPlace, []);
  useEffect(() => session.on('expiring', () => setEnding(who.getState().token)), [session]);
  useEffect(() => who.subscribe((now, before) => takeOver(session, now, before)), [session]);

  if (isClosed || (status === 'refused' && session.refusal?.code === 'UNAUTHENTICATED')) return 'over';
  return ending !== undefined && ending === token ? 'ending' : 'good';
}

/** Goes on with what was shown now, here or in another tab. */
function takeOver(session: Session, now: Who, before: Who) {
  if (now.userId !== before.userId) {
    // What waits in this window is the other person's, and is kept for them: this one begins anew.
    globalThis.location.reload();
  } else if (now.token !== before.token) {
    if (session.status === 'refused') session.retry();
    // If it does not count either, the session ends, which is told.
    else session.authenticate().catch(() => undefined);
  }
}
