/**
 * Sends people to the page that asks who they are, when the server wants to know and nothing on the page asks in place.
 */

import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';
import { gate } from '../../state/who.ts';
import { signInAddress } from './next-address.ts';

export function SignInGate() {
  const [path, go] = useLocation();
  const isWanted = useStore(gate, ({ isClosed, askers }) => isClosed && askers === 0);
  useEffect(() => {
    if (!isWanted || path === '/sign-in') return;
    go(signInAddress(path + globalThis.location.search), { replace: true });
  }, [isWanted, path, go]);
  return null;
}
