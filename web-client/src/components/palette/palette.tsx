/**
 * Opens the command palette, and hears the keys of what it offers that work anywhere. The palette itself is loaded when it is
 * wanted.
 */

import { lazy, Suspense, useEffect } from 'react';
import { create } from 'zustand';
import { toggleChat } from '../../state/chat.ts';
import { useWorkspace } from '../../state/hooks.ts';
import { useShortcut } from '../../state/shortcuts-hook.ts';
import { toggleHistory } from '../history/past.ts';
import { copyLink, useLinkedNode } from './node-link.ts';

const load = () => import('./palette-dialog.tsx');
const PaletteDialog = lazy(load);
/** When it is loaded though nobody asked for it yet, in milliseconds: what is typed first must not get lost. */
const SOON = 1_500;

const palette = create<{ isOpen: boolean }>(() => ({ isOpen: false }));

export function openPalette(): void {
  palette.setState({ isOpen: true });
}

export function Palette() {
  const workspace = useWorkspace();
  const { isOpen } = palette();
  useShortcut('palette', () => palette.setState({ isOpen: !isOpen }), { whileTyping: true });
  useShortcut('history', () => toggleHistory(workspace), { whileTyping: true });
  useShortcut('chat', () => toggleChat(workspace), { whileTyping: true });
  useShortcut('copy-link', () => {
    const id = workspace.view.getState().selection.at(-1);
    void copyLink(workspace.projectId, id);
  });
  useLinkedNode();
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => undefined), SOON);
    return () => clearTimeout(timer);
  }, []);
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <PaletteDialog close={() => palette.setState({ isOpen: false })} />
    </Suspense>
  );
}
