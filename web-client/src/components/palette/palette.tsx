/**
 * Opens the command palette, and hears the keys of what it offers that work anywhere. The palette itself is loaded when it is
 * wanted.
 */

import { lazy, Suspense } from 'react';
import { create } from 'zustand';
import { useWorkspace } from '../../state/hooks.ts';
import { useShortcut } from '../../state/shortcuts-hook.ts';
import { toggleHistory } from '../history/past.ts';
import { copyLink, useLinkedNode } from './node-link.ts';

const PaletteDialog = lazy(() => import('./palette-dialog.tsx'));

const palette = create<{ isOpen: boolean }>(() => ({ isOpen: false }));

export function openPalette(): void {
  palette.setState({ isOpen: true });
}

export function Palette() {
  const workspace = useWorkspace();
  const { isOpen } = palette();
  useShortcut('palette', () => palette.setState({ isOpen: !isOpen }), { whileTyping: true });
  useShortcut('history', () => toggleHistory(workspace), { whileTyping: true });
  useShortcut('copy-link', () => {
    const id = workspace.view.getState().selection.at(-1);
    void copyLink(workspace.projectId, id);
  });
  useLinkedNode();
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <PaletteDialog close={() => palette.setState({ isOpen: false })} />
    </Suspense>
  );
}
