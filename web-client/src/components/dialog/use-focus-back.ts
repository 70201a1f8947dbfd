/**
 * Gives the focus back to what had it before a dialog. Mantine does so for dialogs that are there before they open; most of ours
 * come with their opening and go with their end.
 */

import { useEffect, useRef } from 'react';

export function useFocusBack(isOpen: boolean): void {
  const wasOpen = useRef(false);
  const before = useRef<Element | null>(null);
  // While it is drawn: what is in it may take the focus as soon as it is there.
  if (isOpen && !wasOpen.current) before.current = document.activeElement;
  wasOpen.current = isOpen;
  useEffect(() => {
    if (!isOpen) return;
    // A menu goes when something in it is chosen; what opened it stays.
    const opener = openerOf(before.current);
    return () => giveBack(opener);
  }, [isOpen]);
}

function openerOf(element: Element | null): Element | null {
  const name = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return name ? document.getElementById(name) : element;
}

/** To what had the focus, or where that is gone to what the page is about. */
function giveBack(element: Element | null) {
  if (element instanceof HTMLElement && element.isConnected && element !== document.body) {
    element.focus({ preventScroll: true });
    return;
  }
  const main = document.querySelector<HTMLElement>('main');
  if (!main) return;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
}
