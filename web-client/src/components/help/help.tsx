/**
 * Opens the list of keys. The list itself is loaded when it is wanted.
 */

import { lazy, Suspense, useEffect } from 'react';
import { create } from 'zustand';
import { useShortcut } from '../../state/shortcuts-hook.ts';
import { useSingleKeys } from './single-keys.ts';

const load = () => import('./help-dialog.tsx');
const HelpDialog = lazy(load);
/** When it is loaded though nobody asked for it yet, in milliseconds: it is there offline, too. */
const SOON = 3_000;

const help = create<{ isOpen: boolean; wasOpened: boolean }>(() => ({ isOpen: false, wasOpened: false }));

export function openHelp(): void {
  help.setState({ isOpen: true, wasOpened: true });
}

export function Help() {
  const { isOpen, wasOpened } = help();
  const { isOn } = useSingleKeys();
  useShortcut('help', openHelp, { withoutSingleKeys: !isOn });
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), SOON);
    return () => clearTimeout(timer);
  }, []);
  if (!wasOpened) return null;
  return (
    <Suspense fallback={null}>
      <HelpDialog isOpen={isOpen} close={() => help.setState({ isOpen: false })} />
    </Suspense>
  );
}
