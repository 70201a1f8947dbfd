/**
 * Signing out.
 */

import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { signOut } from '../../state/sign-in.ts';

/** Asks who is here, signs out, and forgets what was read as this person. */
export function useLeave() {
  const [, go] = useLocation();
  const queries = useQueryClient();
  return async () => {
    // First: an open project is closed by then, and does not ask in place.
    go('/sign-in');
    await signOut();
    queries.clear();
  };
}
