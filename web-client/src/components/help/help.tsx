/**
 * Opens the list of keys. The list itself is loaded when it is wanted.
 */

import { lazy, Suspense } from 'react';
import { create } from 'zustand';
import { useShortcut } from '../../state/shortcuts-hook.ts';
import { useSingleKeys } from './single-keys.ts';

const HelpDialog = lazy(() => import('./help-dialog.tsx'));

const help = create<{ isOpen: boolean; wasOpened: boolean }>(() => ({ isOpen: false, wasOpened: false }));

export function openHelp(): void {
  help.setState({ isOpen: true, wasOpened: true });
}

export function Help() {
  const { isOpen, wasOpened } = help();
  const { isOn } = useSingleKeys();
  useShortcut('help', openHelp, { withoutSingleKeys: !isOn });
  if (!wasOpened) return null;
  return (
    <Suspense fallback={null}>
      <HelpDialog isOpen={isOpen} close={() => help.setState({ isOpen: false })} />
    </Suspense>
  );
}
