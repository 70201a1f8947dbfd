/**
 * Whether keys without a modifier open anything. Who speaks to the machine, or hits keys by accident, can switch them off.
 */

import { create } from 'zustand';

const KEY = 'graphroom-single-keys';

export const useSingleKeys = create<{ isOn: boolean }>(() => ({ isOn: read() }));

export function switchSingleKeys(isOn: boolean): void {
  useSingleKeys.setState({ isOn });
  try {
    localStorage.setItem(KEY, String(isOn));
  } catch {
    // Without storage it is as before after a reload.
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'false';
  } catch {
    return true;
  }
}
