/**
 * How long the project's journal is.
 */

import { useCallback, useRef, useSyncExternalStore } from 'react';
import { useWorkspace } from '../../state/hooks.ts';

/** A colleague may do fifty things a second; nobody reads them so fast. */
const EVERY = 500;

/** The last event's `seq`, told anew at most twice a second. */
export function useHead(): number {
  const { session } = useWorkspace();
  const shown = useRef(session.replica.place?.seq ?? 0);
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tell = () => {
        timer = undefined;
        shown.current = session.replica.place?.seq ?? 0;
        listener();
      };
      const heard = () => {
        timer ??= setTimeout(tell, EVERY);
      };
      const ends = [
        session.on('events', heard),
        session.on('status', heard),
        session.replica.subscribe(heard),
      ];
      heard();
      return () => {
        clearTimeout(timer);
        for (const end of ends) end();
      };
    },
    [session],
  );
  return useSyncExternalStore(subscribe, () => shown.current);
}
